package dev.swivel.userspace.pool;

import dev.swivel.core.model.IpAddress;
import dev.swivel.userspace.balance.Balancer;
import dev.swivel.userspace.balance.Candidates;
import dev.swivel.userspace.balance.Mix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One set of endpoints that a connection may be given to. The object lives as long as its
/// [ServicePool]; what it holds is replaced as one.
public final class Pool {
    private final ServicePool service;
    private volatile Roster roster = Roster.EMPTY;

    /// The members of one moment, and the balancer made for them.
    record Roster(List<Member> members, Balancer balancer) {
        static final Roster EMPTY = new Roster(List.of(), (candidates, flow) -> -1);
    }

    Pool(ServicePool service) {
        this.service = service;
    }

    /// Chooses an endpoint for a connection or flow.
    ///
    /// Those that are set aside are left alone while there is another; when all are, the one that
    /// comes back first is taken.
    ///
    /// @param tried those that failed this connection already
    /// @param now [System#nanoTime]
    /// @return null when there is none left
    public @Nullable Member pick(IpAddress client, int clientPort, List<Member> tried, long now) {
        Roster current = roster;
        Affinity affinity = service.affinity();
        Member known = affinity == null ? null : affinity.of(client);
        Member member = known;
        if (known == null || !serves(known, current, tried, now)) {
            member = choose(current, flow(client, clientPort), tried, now);
            if (affinity != null && member != null) {
                Member agreed = affinity.agree(client, known, member);
                if (serves(agreed, current, tried, now)) {
                    member = agreed;
                } else {
                    affinity.remember(client, member);
                }
            }
        }
        if (member != null) {
            if (tried.isEmpty()) {
                service.traffic().total().opened.increment();
            }
            member.chosen(now);
        }
        return member;
    }

    private static boolean serves(Member member, Roster roster, List<Member> tried, long now) {
        return !member.left()
                && !member.aside(now)
                && !tried.contains(member)
                && roster.members.contains(member);
    }

    /// Whether endpoints are told the client's address by PROXY protocol v2.
    public boolean proxyProtocol() {
        return service.options().proxyProtocol();
    }

    /// How long connections to an endpoint that left may live on.
    public long drainNanos() {
        return service.options().drain().toNanos();
    }

    /// No endpoint took a connection.
    public void refused() {
        service.traffic().total().refused.increment();
    }

    Roster roster() {
        return roster;
    }

    void roster(Roster next) {
        roster = next;
    }

    private static @Nullable Member choose(Roster roster, long flow, List<Member> tried, long now) {
        List<Member> members = roster.members;
        int index = roster.balancer.pick(new Moment(members, tried, now), flow);
        if (index >= 0) {
            return members.get(index);
        }
        Member soonest = null;
        for (Member member : members) {
            if (!tried.contains(member)
                    && (soonest == null || member.asideUntil() - soonest.asideUntil() < 0)) {
                soonest = member;
            }
        }
        return soonest;
    }

    private static long flow(IpAddress client, int port) {
        return Mix.of(Mix.of(client.high()) + Mix.of(client.low() * 65_537 + port));
    }

    /// The members as an algorithm sees them at one moment.
    private record Moment(List<Member> members, List<Member> tried, long now)
            implements Candidates {
        @Override
        public int size() {
            return members.size();
        }

        @Override
        public boolean usable(int index) {
            Member member = members.get(index);
            return !member.aside(now) && !tried.contains(member);
        }

        @Override
        public int connections(int index) {
            return members.get(index).connections();
        }

        @Override
        public long latency(int index) {
            return members.get(index).latency().recent(now);
        }
    }
}
