package dev.swivel.userspace.pool;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.swivel.core.model.IpAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which endpoint a client was given last (ClientIP affinity): forgotten when the client has not
/// come for the time of the Service.
final class Affinity {
    /// Clients remembered for one Service port; beyond that the least used are forgotten.
    private static final int MOST_CLIENTS = 65_536;

    private final Cache<IpAddress, Member> members;

    Affinity(int seconds, Ticker ticker) {
        members =
                Caffeine.newBuilder()
                        .expireAfterAccess(Duration.ofSeconds(seconds))
                        .maximumSize(MOST_CLIENTS)
                        .executor(Runnable::run)
                        .ticker(ticker)
                        .build();
    }

    @Nullable Member of(IpAddress client) {
        return members.getIfPresent(client);
    }

    /// The client is given this one, unless connections that it opened at the same time have been
    /// given another: then it is that.
    ///
    /// @param was what [#of] told, which does not serve
    /// @return who the client is given
    Member agree(IpAddress client, @Nullable Member was, Member proposed) {
        return requireNonNull(
                members.asMap()
                        .compute(client, (_, now) -> now == null || now == was ? proposed : now));
    }

    void remember(IpAddress client, Member member) {
        members.put(client, member);
    }

    /// The Service's time was changed: what is remembered stays.
    void seconds(int seconds) {
        members.policy()
                .expireAfterAccess()
                .ifPresent(time -> time.setExpiresAfter(Duration.ofSeconds(seconds)));
    }
}
