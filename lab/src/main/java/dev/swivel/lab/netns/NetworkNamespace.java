package dev.swivel.lab.netns;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A named network namespace with one thread that lives in it.
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETNS =
            handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final String name;
    private final ExecutorService thread;

    private NetworkNamespace(String name) {
        this.name = name;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("netns-" + name).daemon().factory());
    }

    public static NetworkNamespace open(String name) {
        var namespace = new NetworkNamespace(name);
        namespace.call(() -> {
            enter(name);
            return true;
        });
        return namespace;
    }

    public String name() {
        return name;
    }

    public <T> T call(Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in namespace " + name, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("in namespace " + name, e.getCause());
        }
    }

    @Override
    public void close() {
        thread.close();
    }

    private static void enter(String name) {
        try (var arena = Arena.ofConfined()) {
            int fd = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            int result = (int) SETNS.invokeExact(fd, CLONE_NEWNET);
            int _ = (int) CLOSE.invokeExact(fd);
            if (fd < 0 || result != 0) {
                throw new IllegalStateException("cannot enter namespace " + name);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("setns(2) stub threw", e);
        }
    }

    private static MethodHandle handle(String function, FunctionDescriptor descriptor) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
    }
}
