package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.IpAddress;
import dev.swivel.linux.IpFamily;
import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.RealServer;
import dev.swivel.linux.ipvs.VirtualServer;
import dev.swivel.linux.ipvs.VirtualServerState;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Virtual servers in the syntax of `ipvsadm -S` and `ipvsadm -R`.
final class IpvsText {
    private static final String WHERE = "ipvs";

    private IpvsText() {}

    /// A virtual server that the kernel has.
    static KernelObject object(VirtualServerState state) {
        Frontend frontend = state.server().frontend();
        List<String> lines = new ArrayList<>(List.of(add(state.server())));
        state.realServers().forEach(real -> lines.add(add(frontend, real.server())));
        return new KernelObject(WHERE, frontend.toString(), lines);
    }

    /// A plan, virtual server by virtual server.
    static List<Difference> differences(ServerPlan plan) {
        Map<Frontend, Lines> servers = new LinkedHashMap<>();
        plan.added.forEach(change -> take(change, servers));
        plan.removed.forEach(change -> take(change, servers));
        return servers.entrySet().stream()
                .map(each ->
                        new Difference(
                                each.getValue().action,
                                WHERE,
                                each.getKey().toString(),
                                each.getValue().removed,
                                each.getValue().added))
                .toList();
    }

    private record Lines(Difference.Action action, List<String> removed, List<String> added) {}

    private static void take(IpvsChange change, Map<Frontend, Lines> servers) {
        Lines lines =
                servers.computeIfAbsent(
                        change.frontend(),
                        _ -> new Lines(action(change), new ArrayList<>(), new ArrayList<>()));
        switch (change) {
            case IpvsChange.AddServer(var server) -> lines.added.add(add(server));
            case IpvsChange.SetServer(var server) -> lines.added.add(add(server));
            case IpvsChange.AddReal(var frontend, var real) -> lines.added.add(add(frontend, real));
            case IpvsChange.SetReal(var frontend, var real) -> lines.added.add(add(frontend, real));
            case IpvsChange.DeleteServer(var frontend) -> lines.removed.add("-A " + name(frontend));
            case IpvsChange.DeleteReal(var frontend, var destination) ->
                    lines.removed.add("-a " + name(frontend) + " -r " + name(destination));
        }
    }

    private static Difference.Action action(IpvsChange first) {
        return switch (first) {
            case IpvsChange.AddServer _ -> Difference.Action.ADD;
            case IpvsChange.DeleteServer _ -> Difference.Action.REMOVE;
            default -> Difference.Action.CHANGE;
        };
    }

    private static String add(VirtualServer server) {
        StringBuilder text = new StringBuilder("-A ").append(name(server.frontend()));
        text.append(" -s ").append(server.scheduler().name());
        if (server.isPersistent()) {
            text.append(" -p ").append(server.timeout().toSeconds());
        }
        List<String> flags = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            if ((server.flags() & (VirtualServer.SCHEDULER_FLAG_1 << (i - 1))) != 0) {
                flags.add("flag-" + i);
            }
        }
        return flags.isEmpty()
                ? text.toString()
                : text.append(" -b ").append(String.join(",", flags)).toString();
    }

    private static String add(Frontend frontend, RealServer real) {
        return "-a "
                + name(frontend)
                + " -r "
                + name(real.destination())
                + " -m -w "
                + real.weight();
    }

    private static String name(Frontend frontend) {
        return switch (frontend) {
            case Frontend.AddressPort(var protocol, var address, var port) ->
                    switch (protocol) {
                                case 6 -> "-t ";
                                case 17 -> "-u ";
                                default -> "--sctp-service ";
                            }
                            + at(address, port);
            case Frontend.Mark(var mark, var family) ->
                    "-f " + Integer.toUnsignedString(mark) + (family == IpFamily.IPV6 ? " -6" : "");
        };
    }

    private static String name(Destination destination) {
        return at(destination.address(), destination.port());
    }

    private static String at(InetAddress inet, int port) {
        IpAddress address = IpAddress.of(inet);
        return switch (address.family()) {
            case IPV4 -> address + ":" + port;
            case IPV6 -> "[" + address + "]:" + port;
        };
    }
}
