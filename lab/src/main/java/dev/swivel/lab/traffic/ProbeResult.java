package dev.swivel.lab.traffic;

import java.net.InetSocketAddress;
import java.time.Duration;

/// What became of one request, as its sender saw it.
public sealed interface ProbeResult {

    /// A server answered.
    ///
    /// @param sender the address and port the request was sent from, in the sender's namespace
    /// @param latency from the start of the connect (UDP: of the send) to the whole answer
    record Answered(Greeting greeting, InetSocketAddress sender, Duration latency)
            implements ProbeResult {
        public String pod() {
            return greeting.server().pod();
        }

        /// The source address the server saw.
        public InetSocketAddress peerSeen() {
            return greeting.peer();
        }

        /// The server saw the sender's own address, unchanged.
        public boolean sourceKept() {
            return greeting.peer().getAddress().equals(sender.getAddress());
        }
    }

    /// ECONNREFUSED: RST to the SYN, or ICMP port unreachable, which is how REJECT looks for UDP
    /// too.
    record Refused() implements ProbeResult {}

    /// No answer in time, or the sender's own kernel dropped the packet.
    ///
    /// @param connected whether a TCP connection had been made; never for UDP
    record TimedOut(boolean connected) implements ProbeResult {}

    /// The connection was made and then cut with RST.
    record Reset() implements ProbeResult {}

    /// Anything else: no route, an address that cannot be bound, an answer that is no greeting.
    record Failed(String reason) implements ProbeResult {}

    default boolean answered() {
        return this instanceof Answered;
    }

    /// For tests and tables that expect an answer.
    ///
    /// @throws IllegalStateException naming the result, if there was none
    default Answered orThrow() {
        if (this instanceof Answered answer) {
            return answer;
        }
        throw new IllegalStateException("expected an answer, but: " + this);
    }
}
