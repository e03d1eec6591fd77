package dev.swivel.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.model.EndpointSlice.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the records hold as bytes must read as what was put in.
class PackedListTest {
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @ParameterizedTest
    @EnumSource
    void endpointsReadAsTheyWerePutIn(IpFamily family) {
        for (int size : List.of(0, 1, 2, 100)) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                int port = 1 + random.nextInt(65535);
                endpoints.add(new Endpoint(address(family), port, random.nextBoolean()));
            }
            List<Endpoint> held = choice(endpoints).cluster();
            assertThat(held).as("seed " + seed).isEqualTo(endpoints).hasSameHashCodeAs(endpoints);
            assertThat(endpoints).as("seed " + seed).isEqualTo(held);
            assertThat(choice(endpoints)).isEqualTo(choice(held));
            assertThatThrownBy(() -> held.add(new Endpoint(address(family), 1, true)))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void entriesReadAsTheyWerePutIn(IpFamily family) {
        for (int round = 0; round < 50; round++) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < round; i++) {
                entries.add(entry(family));
            }
            EndpointSlice slice = slice(family, entries);
            assertThat(slice.endpoints()).as("seed " + seed).isEqualTo(entries);
            assertThat(slice).isEqualTo(slice(family, slice.endpoints()));
            if (round > 0) {
                entries.set(random.nextInt(round), differing(entry(family)));
                assertThat(slice).as("seed " + seed).isNotEqualTo(slice(family, entries));
            }
        }
    }

    @Test
    void addressesOfBothFamiliesAreRefused() {
        List<Endpoint> both =
                List.of(
                        new Endpoint(IpAddress.of("192.168.1.1"), 80, false),
                        new Endpoint(IpAddress.of("fd00::1"), 80, false));
        assertThatThrownBy(() -> choice(both)).isInstanceOf(IllegalArgumentException.class);
    }

    private static EndpointChoice choice(List<Endpoint> endpoints) {
        return new EndpointChoice(endpoints, List.of(), true, List.of());
    }

    private static EndpointSlice slice(IpFamily family, List<Entry> entries) {
        return new EndpointSlice(
                new ServiceName("shop", "cart"),
                "cart-1",
                family,
                List.of(),
                entries,
                Optional.empty());
    }

    private Entry entry(IpFamily family) {
        return new Entry(
                address(family),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                hints("zone-"),
                hints("node-"));
    }

    /// No other entry here has such hints.
    private static Entry differing(Entry entry) {
        return new Entry(
                entry.address(),
                entry.ready(),
                entry.serving(),
                entry.terminating(),
                entry.local(),
                List.of("elsewhere"),
                entry.nodeHints());
    }

    private List<String> hints(String stem) {
        List<String> hints = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            hints.add(stem + random.nextInt(4));
        }
        return hints;
    }

    private IpAddress address(IpFamily family) {
        byte[] bytes = new byte[family.bits() / Byte.SIZE];
        random.nextBytes(bytes);
        return IpAddress.ofBytes(bytes);
    }
}
