package dev.swivel.lab.traffic;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// How many requests went where.
public record Distribution(List<ProbeResult> results) {
    public Distribution {
        results = List.copyOf(results);
    }

    public int total() {
        return results.size();
    }

    public int answered() {
        return (int) answers().count();
    }

    public boolean allAnswered() {
        return results.stream().allMatch(ProbeResult::answered);
    }

    /// Answers per pod, by name.
    public Map<String, Integer> perPod() {
        var counts = new TreeMap<String, Integer>();
        answers().forEach(answer -> counts.merge(answer.pod(), 1, Integer::sum));
        return counts;
    }

    /// The source addresses the servers saw, without ports.
    public Set<String> peersSeen() {
        var peers = new TreeSet<String>();
        answers().forEach(answer -> peers.add(SocketText.format(address(answer))));
        return peers;
    }

    /// What was not answered.
    public List<ProbeResult> failures() {
        return results.stream().filter(result -> !result.answered()).toList();
    }

    private static InetAddress address(ProbeResult.Answered answer) {
        return answer.peerSeen().getAddress();
    }

    private Stream<ProbeResult.Answered> answers() {
        return results.stream()
                .filter(ProbeResult.Answered.class::isInstance)
                .map(ProbeResult.Answered.class::cast);
    }
}
