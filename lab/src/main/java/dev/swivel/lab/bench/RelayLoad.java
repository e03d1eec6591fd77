package dev.swivel.lab.bench;

import dev.swivel.linux.netns.NamespaceThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;

/// What a client does to a proxy, or to the endpoint itself.
final class RelayLoad {
    private static final int DATAGRAMS_UNDER_WAY = 32;

    private final NamespaceThread place;
    private final String address;

    /// @param place where sockets are opened
    /// @param address where all the ports of [RelayServer] are
    RelayLoad(NamespaceThread place, String address) {
        this.place = place;
        this.address = address;
    }

    /// Writes as much as goes, on some connections at once.
    void stream(int streams, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        atOnce(
                streams,
                () -> {
                    ByteBuffer block = ByteBuffer.allocateDirect(1 << 17);
                    try (SocketChannel channel = connect(RelayServer.BULK)) {
                        while (System.nanoTime() - end < 0) {
                            channel.write(block.clear());
                        }
                    }
                    return 0L;
                });
    }

    /// New connections, each with one byte there and one back, one after another in each thread.
    ///
    /// @return how many
    long connections(int threads, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        return atOnce(
                        threads,
                        () -> {
                            ByteBuffer one = ByteBuffer.allocateDirect(1);
                            long count = 0;
                            while (System.nanoTime() - end < 0) {
                                try (SocketChannel channel = connect(RelayServer.SHORT)) {
                                    channel.write(one.clear());
                                    if (channel.read(one.clear()) != 1
                                            || channel.read(one.clear()) >= 0) {
                                        throw new IOException("no answer through " + address);
                                    }
                                }
                                count++;
                            }
                            return count;
                        })
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /// Small requests on kept connections, one at a time on each. Those of the first tenth of the
    /// time do not count.
    ///
    /// @return how long each took, microseconds
    Samples requests(int connections, Duration time) throws IOException {
        long begin = System.nanoTime() + time.toNanos() / 10;
        long end = begin + time.toNanos();
        List<Double> all = new ArrayList<>();
        for (DoubleStream times :
                atOnce(
                        connections,
                        () -> {
                            DoubleStream.Builder times = DoubleStream.builder();
                            ByteBuffer message = ByteBuffer.allocateDirect(RelayServer.MESSAGE);
                            try (SocketChannel channel = connect(RelayServer.ECHO)) {
                                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                                long start = System.nanoTime();
                                while (start - end < 0) {
                                    channel.write(message.clear());
                                    message.clear();
                                    while (message.hasRemaining()) {
                                        if (channel.read(message) < 0) {
                                            throw new IOException("cut off by " + address);
                                        }
                                    }
                                    long now = System.nanoTime();
                                    if (start - begin >= 0) {
                                        times.add((now - start) / 1e3);
                                    }
                                    start = now;
                                }
                            }
                            return times.build();
                        })) {
            times.forEach(all::add);
        }
        return new Samples(all);
    }

    /// Connections that do nothing.
    List<SocketChannel> idle(int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            channels.add(connect(RelayServer.IDLE));
        }
        return channels;
    }

    /// Datagrams there and back, some under way at a time on each flow.
    ///
    /// @return how many came back
    long datagrams(int flows, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        return atOnce(flows, () -> exchange(end)).stream().mapToLong(Long::longValue).sum();
    }

    private long exchange(long end) throws IOException {
        long count = 0;
        try (DatagramChannel channel = place.call(DatagramChannel::open);
                Selector selector = Selector.open()) {
            channel.connect(new InetSocketAddress(address, RelayServer.DATAGRAMS));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer datagram = ByteBuffer.allocateDirect(64);
            while (System.nanoTime() - end < 0) {
                for (int i = 0; i < DATAGRAMS_UNDER_WAY; i++) {
                    channel.write(datagram.clear());
                }
                int back = 0;
                while (back < DATAGRAMS_UNDER_WAY && selector.select(20) > 0) {
                    selector.selectedKeys().clear();
                    while (channel.read(datagram.clear()) > 0) {
                        back++;
                    }
                }
                count += back;
            }
        }
        return count;
    }

    private SocketChannel connect(int port) throws IOException {
        SocketChannel channel = place.call(SocketChannel::open);
        try {
            channel.socket().connect(new InetSocketAddress(address, port), 5000);
            return channel;
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new IOException("nobody answers at " + address + ":" + port, e);
        }
    }

    private static <T> List<T> atOnce(int count, Callable<T> work) throws IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(work));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
