package dev.swivel.linux.netns;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A network namespace that has a name under `/run/netns`, where `ip netns` keeps them.
///
/// Closing a namespace that was made by [#create] removes its name; the kernel frees the namespace
/// when the last process and socket in it are gone. Closing one that was only opened does nothing.
public final class NetworkNamespace implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/run/netns");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,200}");

    private final String name;
    private final Path path;
    private boolean owned;

    private NetworkNamespace(String name, Path path, boolean owned) {
        this.name = name;
        this.path = path;
        this.owned = owned;
    }

    /// Makes a namespace, as `ip netns add` does. Its loopback device is down.
    ///
    /// @throws CommandException when the name is taken or the caller is not root
    public static NetworkNamespace create(String name) throws CommandException {
        Path path = pathOf(name);
        Command.of("ip", "netns", "add", name).run();
        return new NetworkNamespace(name, path, true);
    }

    /// The existing namespace of that name.
    ///
    /// @throws NoSuchFileException when there is none
    public static NetworkNamespace open(String name) throws IOException {
        Path path = pathOf(name);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "no such network namespace");
        }
        return new NetworkNamespace(name, path, false);
    }

    public String name() {
        return name;
    }

    /// The file that stands for the namespace.
    public Path path() {
        return path;
    }

    /// Runs the task in this namespace, on a fresh platform thread, and waits for it. What the task
    /// throws, the caller gets. An interrupt of the caller interrupts the task.
    ///
    /// @throws UncheckedIOException when the namespace cannot be entered
    public <T, X extends Exception> T call(Task<T, X> task) throws X {
        Result<T> result = new Result<>();
        Thread thread =
                Thread.ofPlatform()
                        .name("netns-" + name)
                        .daemon()
                        .start(() ->
                                result.take(() -> {
                                    enter();
                                    return task.call();
                                }));
        result.await(thread);
        return result.<X>get();
    }

    /// Like [#call] for work that gives nothing back.
    public <X extends Exception> void run(Action<X> action) throws X {
        boolean _ =
                this.<Boolean, X>call(() -> {
                    action.run();
                    return true;
                });
    }

    /// Runs the task in a new namespace without a name, on a fresh platform thread, and waits for
    /// it. The namespace is gone with the last process and socket in it.
    ///
    /// @throws UncheckedIOException when the caller may not make one (it takes CAP_SYS_ADMIN)
    public static <T, X extends Exception> T callInNew(Task<T, X> task) throws X {
        Result<T> result = new Result<>();
        Thread thread =
                Thread.ofPlatform()
                        .name("netns-new")
                        .daemon()
                        .start(() ->
                                result.take(() -> {
                                    unshare();
                                    return task.call();
                                }));
        result.await(thread);
        return result.<X>get();
    }

    private static void unshare() {
        try {
            Libc.unshare(Libc.CLONE_NEWNET);
        } catch (ErrnoException e) {
            throw new UncheckedIOException("cannot make a network namespace", e);
        }
    }

    /// A thread that stays in this namespace, for many cheap calls. The caller closes it.
    public NamespaceThread thread() {
        return new NamespaceThread(this);
    }

    /// Removes the name of a namespace that [#create] made.
    ///
    /// @throws UncheckedIOException when that fails
    @Override
    public void close() {
        if (!owned) {
            return;
        }
        owned = false;
        try {
            Command.of("ip", "netns", "delete", name).run();
        } catch (CommandException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Moves the calling thread into this namespace. It must not go back to other work after that.
    void enter() {
        try {
            int fd = Libc.open(path.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC);
            try {
                Libc.setns(fd, Libc.CLONE_NEWNET);
            } finally {
                Libc.close(fd);
            }
        } catch (ErrnoException e) {
            throw new UncheckedIOException("cannot enter network namespace " + name, e);
        }
    }

    private static Path pathOf(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "network namespace name: '" + name + "' (expected: letters, digits, '_.-')");
        }
        return DIRECTORY.resolve(name);
    }

    @Override
    public String toString() {
        return "netns " + name;
    }
}
