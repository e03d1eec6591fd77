package dev.swivel.linux.iptables;

import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The lock that legacy iptables programs hold while they change a table: flock(2) of a file
/// (iptables/xshared.c, `xtables_lock`).
final class XtablesLock {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

    private final int fd;

    private XtablesLock(int fd) {
        this.fd = fd;
    }

    /// @param file made if it is not there
    /// @throws ResourceBusyException when another program holds it for longer than `patience`
    static XtablesLock take(Path file, Duration patience) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException _) {
            // as usual
        } catch (IOException e) {
            throw new IOException(
                    "cannot make the xtables lock; make room for it, or mount the host's: " + e, e);
        }
        int fd = Libc.open(file.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC);
        try {
            await(fd, file, System.nanoTime() + patience.toNanos());
            return new XtablesLock(fd);
        } catch (IOException | RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static void await(int fd, Path file, long deadline) throws IOException {
        while (true) {
            try {
                Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB);
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAGAIN && e.errno() != Errno.EINTR) {
                    throw e;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw busy(file);
                }
            }
            pause(file);
        }
    }

    private static void pause(Path file) throws ResourceBusyException {
        try {
            Thread.sleep(BETWEEN_TRIES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw busy(file);
        }
    }

    private static ResourceBusyException busy(Path file) {
        return new ResourceBusyException(
                new CommandException(
                        "another program holds the xtables lock "
                                + file
                                + "; `fuser "
                                + file
                                + "` names it",
                        List.of("flock", file.toString()),
                        CommandException.NOT_FOUND,
                        ""));
    }

    void release() {
        Libc.close(fd);
    }
}
