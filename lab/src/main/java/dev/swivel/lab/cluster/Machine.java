package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.Place;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.SocketText;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.exec.Output;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// Something in the cluster with a network of its own that can send, answer and run commands.
public abstract sealed class Machine permits Node, Pod, Outside, Router {
    private static final DualStack<InetAddress> LOOPBACK =
            new DualStack<>(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    private final String namespace;
    private final Place place;
    private final DualStack<InetAddress> addresses;
    private final List<Daemon> daemons = new CopyOnWriteArrayList<>();

    Machine(String namespace, Place place, DualStack<InetAddress> addresses) {
        this.namespace = namespace;
        this.place = place;
        this.addresses = addresses;
    }

    /// The name within the cluster: `node-1`, `web-1`, `outside`, `router`.
    public String name() {
        return place.name();
    }

    /// The name of the network namespace, as `ip netns` lists it.
    public String namespace() {
        return namespace;
    }

    public DualStack<InetAddress> addresses() {
        return addresses;
    }

    /// Where sockets of this machine are opened.
    public Place place() {
        return place;
    }

    /// A probe from here over TCP.
    ///
    /// @param address a literal IPv4 or IPv6 address
    public Probe tcp(String address, int port) {
        return tcp(InetAddress.ofLiteral(address), port);
    }

    public Probe tcp(InetAddress address, int port) {
        return Probe.tcp(place, new InetSocketAddress(address, port));
    }

    /// A probe from here over UDP.
    ///
    /// @param address a literal IPv4 or IPv6 address
    public Probe udp(String address, int port) {
        return udp(InetAddress.ofLiteral(address), port);
    }

    public Probe udp(InetAddress address, int port) {
        return Probe.udp(place, new InetSocketAddress(address, port));
    }

    /// The command that runs the given one on this machine, for input, time limit and exit code to
    /// be added.
    public Command command(List<String> argv) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(argv);
        return Command.of(all).withEnvironment(environment());
    }

    /// Runs a command on this machine to its end.
    ///
    /// @throws CommandException if it cannot be run or its exit code is not 0
    public Output exec(String... argv) throws CommandException {
        return command(List.of(argv)).run();
    }

    /// Starts a process on this machine that runs until it is stopped, at the latest with the
    /// cluster. Its id is the one of the program, not of a wrapper.
    ///
    /// @param log what it prints is added to this file
    public Daemon spawn(List<String> argv, Map<String, String> extraEnvironment, Path log)
            throws IOException {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(launcher());
        all.addAll(argv);
        var variables = new HashMap<>(environment());
        variables.putAll(extraEnvironment);
        var daemon = Daemon.start(all, variables, log);
        daemons.add(daemon);
        return daemon;
    }

    /// Stops what was started here. The namespace itself is the cluster's to remove.
    void shutDown() {
        daemons.forEach(Daemon::close);
        place.thread().close();
    }

    /// The addresses that a UDP server must open a socket for.
    List<InetAddress> listenAddresses() {
        return List.of(addresses.ipv4(), addresses.ipv6(), LOOPBACK.ipv4(), LOOPBACK.ipv6());
    }

    /// What stands between `ip netns exec` and a daemon's command line; must exec it.
    List<String> launcher() {
        return List.of();
    }

    /// What every command here gets on top of this process's environment.
    Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public String toString() {
        return "%s (%s, %s)"
                .formatted(
                        name(),
                        SocketText.format(addresses.ipv4()),
                        SocketText.format(addresses.ipv6()));
    }
}
