package dev.swivel.netfilter.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetHeaders;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sets of a fresh namespace, while others meddle with them.
class SetSyncKernelTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String NAME = "SWIVEL-TEST";
    private static final int ROOM = 4;

    private NetworkNamespace namespace;
    private SetStore store;
    private SetSync sync;

    @BeforeEach
    void create() throws IOException {
        namespace =
                NetworkNamespace.create(
                        "swivel-sets-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + COUNT.incrementAndGet());
        store = namespace.call(SetStore::open);
        SetSpec spec = SetSpec.hash(NAME, SetType.HASH_IP, IpFamily.IPV4).withMaxElements(ROOM);
        sync = new SetSync(store, new SetLayout(List.of(spec), "SWIVEL-SPARE", _ -> false));
    }

    @AfterEach
    void remove() {
        store.close();
        namespace.close();
    }

    private String ipset(String... arguments) throws IOException {
        return namespace.call(() -> Command.of(command(arguments)).run().text());
    }

    private static List<String> command(String... arguments) {
        return Stream.concat(Stream.of("ipset"), Stream.of(arguments)).toList();
    }

    private static SetChange.Add add(int number) {
        return SetChange.add(NAME, new SetElement.Ip(InetAddress.ofLiteral("10.0.0." + number)));
    }

    private void bring(int... numbers) throws IOException {
        commit(
                sync.plan(
                        IntStream.of(numbers).mapToObj(SetSyncKernelTest::add).toList(),
                        List.of()));
    }

    private void commit(SetPlan plan) throws IOException {
        sync.prepare(plan);
        sync.finish(plan);
    }

    private List<String> members() throws IOException {
        return ipset("save", NAME)
                .lines()
                .filter(line -> line.startsWith("add "))
                .map(line -> line.substring(line.lastIndexOf('.') + 1))
                .sorted()
                .toList();
    }

    @Test
    void whatOthersFilledUpIsMadeAnew() throws IOException {
        bring(1, 2);
        for (int foreign : new int[] {98, 99}) {
            ipset("add", NAME, "10.0.0." + foreign);
        }
        assertThat(sync.audit()).isNotEmpty();
        bring(1, 3);
        assertThat(members()).containsExactly("1", "3");
        assertThat(sync.audit()).isEmpty();
        assertThat(ipset("list", "-n").strip()).isEqualTo(NAME);
    }

    @Test
    void aSetThatIsTooSmallGrows() throws IOException {
        bring(1, 2, 3, 4);
        SetDelta more = new SetDelta(List.of(add(5)), List.of(), List.of(), List.of(), List.of());
        assertThatThrownBy(() -> commit(sync.plan(more))).hasMessageContaining("is full");
        bring(1, 2, 3, 4, 5); // as after every failure: everything
        assertThat(members()).containsExactly("1", "2", "3", "4", "5");
        assertThat(sync.audit()).isEmpty();
        bring(1);
        assertThat(members()).containsExactly("1");
        assertThat(sync.audit()).isEmpty();
    }

    @Test
    void aSetThatSomebodyMadeTooSmallIsMadeAnewUnderTheRulesThatUseIt() throws IOException {
        ipset("create", NAME, "hash:ip", "maxelem", "1");
        ipset("add", NAME, "10.0.0.9");
        bring(1, 2);
        assertThat(members()).containsExactly("1", "2");
    }

    /// Audits that find everything as it was look no closer.
    @Test
    void anAuditSeesEachChangeByOthers() throws IOException {
        bring(1, 2);
        assertThat(sync.audit()).isEmpty();
        assertThat(sync.audit()).isEmpty();
        ipset("flush", NAME);
        String finding = "ipset " + NAME + " has 0 elements instead of 2";
        assertThat(sync.audit()).containsExactly(finding);
        assertThat(sync.audit()).as("until it is mended").containsExactly(finding);
        bring(1, 2);
        assertThat(sync.audit()).isEmpty();
        ipset("destroy", NAME);
        assertThat(sync.audit()).containsExactly("ipset " + NAME + " is gone");
        ipset("create", NAME, "hash:ip", "timeout", "60");
        assertThat(sync.audit())
                .containsExactly("ipset " + NAME + " was made anew in another form");
    }

    @Test
    void oneLookServesTwoAuditsAndNoneGetsItTwice() throws IOException {
        SetSync other = new SetSync(store, new SetLayout(List.of(), "", _ -> false));
        bring(1);
        assertThat(store.look(sync)).isSameAs(store.look(other));
        ipset("flush", NAME);
        assertThat(sync.audit()).hasSize(1);
        bring(1);
        assertThat(sync.audit()).as("our own change is seen at once").isEmpty();
    }

    /// The kernel counts elements for a header.
    @Test
    void whereThereAreManyElementsALookServesForAWhile() throws IOException {
        AtomicLong clock = new AtomicLong();
        Object asker = new Object();
        try (IpSets sets = namespace.call(IpSets::open)) {
            SharedLook shared = new SharedLook(sets::look, clock::get);
            sets.create(SetSpec.hash(NAME, SetType.HASH_IP, IpFamily.IPV4));
            assertThat(shared.look(asker)).isNotSameAs(shared.look(asker));
            sets.apply(
                    IntStream.range(0, SharedLook.MANY)
                            .mapToObj(i -> InetAddress.ofLiteral("10.0." + i / 256 + "." + i % 256))
                            .map(ip -> SetChange.add(NAME, new SetElement.Ip(ip)))
                            .toList());
            SetHeaders look = shared.look(asker);
            assertThat(shared.look(asker)).isSameAs(look);
            clock.addAndGet(SharedLook.REST_NANOS);
            assertThat(shared.look(asker)).isNotSameAs(look);
            shared.forget();
            assertThat(shared.look(asker).list()).hasSize(1);
        }
    }
}
