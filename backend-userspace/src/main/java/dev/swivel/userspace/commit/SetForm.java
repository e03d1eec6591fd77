package dev.swivel.userspace.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.netfilter.commit.AnyPort;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetLayout;
import dev.swivel.userspace.render.CaptureSet;
import dev.swivel.userspace.render.Element;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Sets and elements as the kernel knows them.
final class SetForm {
    private static final int MAX_ELEMENTS = 1 << 20;

    private SetForm() {}

    /// The sets of this backend in one IP family.
    static SetLayout layout(IpFamily family) {
        return new SetLayout(
                Arrays.stream(CaptureSet.values()).map(set -> spec(set, family)).toList(),
                CaptureSet.prefix(family) + "SPARE",
                _ -> false);
    }

    private static SetSpec spec(CaptureSet set, IpFamily family) {
        SetType type =
                switch (set.kind()) {
                    case IP_PORT -> SetType.HASH_IP_PORT;
                    case IP_PORT_NET -> SetType.HASH_IP_PORT_NET;
                    case ANY_PORT -> SetType.HASH_NET_PORT;
                };
        return SetSpec.hash(set.name(family).text(), type, Families.linux(family))
                .withMaxElements(MAX_ELEMENTS);
    }

    static List<SetChange.Add> adding(Collection<Element> elements, IpFamily family) {
        return elements.stream()
                .flatMap(element ->
                        forms(element, family).stream()
                                .map(form -> SetChange.add(name(element, family), form)))
                .toList();
    }

    static List<SetChange> removing(Collection<Element> elements, IpFamily family) {
        return elements.stream()
                .flatMap(element ->
                        forms(element, family).stream()
                                .<SetChange>map(
                                        form -> SetChange.delete(name(element, family), form)))
                .toList();
    }

    private static String name(Element element, IpFamily family) {
        return element.set().name(family).text();
    }

    private static List<SetElement> forms(Element element, IpFamily family) {
        return switch (element) {
            case Element.IpPort(var _, var address, var protocol, var port) ->
                    List.of(
                            new SetElement.IpPort(
                                    address.toInetAddress(), protocol.number(), port));
            case Element.IpPortNet(var _, var address, var protocol, var port, var source) ->
                    List.of(
                            new SetElement.IpPortNet(
                                    address.toInetAddress(),
                                    protocol.number(),
                                    port,
                                    source.address().toInetAddress(),
                                    source.prefix()));
            case Element.AnyPort(var _, var protocol, var port) ->
                    AnyPort.elements(family, protocol, port);
        };
    }
}
