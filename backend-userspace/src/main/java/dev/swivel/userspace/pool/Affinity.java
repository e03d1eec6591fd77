package dev.swivel.userspace.pool;

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
