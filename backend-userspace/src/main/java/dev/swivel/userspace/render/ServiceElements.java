package dev.swivel.userspace.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.SourceRanges;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The elements that one service has in the sets. No other service has the same.
public final class ServiceElements {
    private final Layout layout;
    private final Set<Element> elements = new LinkedHashSet<>();

    private ServiceElements(Layout layout) {
        this.layout = layout;
    }

    public static Set<Element> of(Layout layout, ResolvedService service) {
        ServiceElements all = new ServiceElements(layout);
        for (ResolvedPort port : service.ports()) {
            port.frontends().forEach(frontend -> all.add(port, frontend));
        }
        if (service.healthCheckNodePort() != 0) {
            all.elements.add(
                    new Element.AnyPort(
                            CaptureSet.HEALTH_CHECK, Protocol.TCP, service.healthCheckNodePort()));
        }
        return all.elements;
    }

    /// Whether this mode serves the protocol. Opening an SCTP socket would load a kernel module
    /// onto the node (spec 13.1 number 26).
    public static boolean isServed(Protocol protocol) {
        return protocol != Protocol.SCTP;
    }

    /// Whether anybody at all is relayed from that frontend. Under policy Local without local
    /// endpoints that is this node and its pods (spec 2.6).
    public static boolean isRelayed(ResolvedPort port, Frontend frontend) {
        return isServed(port.protocol())
                && switch (disposition(port, frontend)) {
                    case Disposition.Balance _ -> true;
                    case Disposition.Reject _ -> false;
                    case Disposition.Drop _ ->
                            frontend.isExternal() && !port.endpoints().cluster().isEmpty();
                };
    }

    private static Disposition disposition(ResolvedPort port, Frontend frontend) {
        if (!isServed(port.protocol())) {
            return Disposition.REJECT;
        }
        return frontend.isExternal() ? port.external() : port.internal();
    }

    private void add(ResolvedPort port, Frontend frontend) {
        switch (frontend) {
            case Frontend.ClusterIp(var address, _) -> addAddress(port, frontend, address);
            case Frontend.ExternalIp(var address, _) -> addAddress(port, frontend, address);
            case Frontend.LoadBalancerVip(var address, _) -> {
                if (port.sourceRanges() instanceof SourceRanges.Only only) {
                    addRestricted(port, frontend, address, only);
                } else {
                    addAddress(port, frontend, address);
                }
            }
            case Frontend.NodePort _ -> addNodePort(port, frontend);
        }
    }

    private void addAddress(ResolvedPort port, Frontend frontend, IpAddress address) {
        if (isRelayed(port, frontend)) {
            add(CaptureSet.ADDRESS, port, frontend, address);
        }
        addRefusal(port, frontend, address);
    }

    private void addRestricted(
            ResolvedPort port, Frontend frontend, IpAddress address, SourceRanges.Only only) {
        add(CaptureSet.RESTRICTED, port, frontend, address);
        Disposition disposition = disposition(port, frontend);
        CaptureSet set =
                disposition instanceof Disposition.Reject
                        ? CaptureSet.INFORMED
                        : CaptureSet.ADMITTED;
        if (disposition instanceof Disposition.Reject || isRelayed(port, frontend)) {
            for (Cidr source : admitted(port, only)) {
                elements.add(
                        new Element.IpPortNet(
                                set, address, port.protocol(), frontend.port(), source));
            }
        }
        addRefusal(port, frontend, address);
    }

    /// The ranges, and the VIPs as sources of the node's own connections to itself (spec 3.4).
    private List<Cidr> admitted(ResolvedPort port, SourceRanges.Only only) {
        Stream<Cidr> vips =
                port.frontends().stream()
                        .filter(_ -> layout.admitsNode(only))
                        .filter(Frontend.LoadBalancerVip.class::isInstance)
                        .map(vip -> Cidr.host(((Frontend.LoadBalancerVip) vip).address()));
        return Stream.concat(only.ranges().stream(), vips).distinct().toList();
    }

    private void addRefusal(ResolvedPort port, Frontend frontend, IpAddress address) {
        switch (disposition(port, frontend)) {
            case Disposition.Balance _ -> {}
            case Disposition.Reject _ -> add(CaptureSet.REJECT, port, frontend, address);
            case Disposition.Drop _ -> add(CaptureSet.DROP, port, frontend, address);
        }
    }

    private void addNodePort(ResolvedPort port, Frontend frontend) {
        if (isRelayed(port, frontend)) {
            addAnyPort(CaptureSet.NODE_PORT, port, frontend);
        }
        switch (disposition(port, frontend)) {
            case Disposition.Balance _ -> {}
            case Disposition.Reject _ -> addAnyPort(CaptureSet.NODE_PORT_REJECT, port, frontend);
            case Disposition.Drop _ -> addAnyPort(CaptureSet.NODE_PORT_DROP, port, frontend);
        }
    }

    private void add(CaptureSet set, ResolvedPort port, Frontend frontend, IpAddress address) {
        elements.add(new Element.IpPort(set, address, port.protocol(), frontend.port()));
    }

    private void addAnyPort(CaptureSet set, ResolvedPort port, Frontend frontend) {
        elements.add(new Element.AnyPort(set, port.protocol(), frontend.port()));
    }
}
