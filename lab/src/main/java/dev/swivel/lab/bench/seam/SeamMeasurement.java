package dev.swivel.lab.bench.seam;

import dev.swivel.lab.bench.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Measures all sizes beside each other, so that what disturbs one disturbs all, and prints the
/// figures of each as a line of JSON.
final class SeamMeasurement {
    static final String FIGURES = "swivel-figures ";

    /// Before the changes that count, so that they meet compiled code.
    private static final int WARM_UP = 200;

    private SeamMeasurement() {}

    /// @param arguments the mode, how many changes to measure, then sizes
    static void main(String[] arguments) throws IOException {
        String mode = arguments[0];
        int changes = Integer.parseInt(arguments[1]);
        List<MeasuredNode> nodes = new ArrayList<>();
        try {
            for (int i = 2; i < arguments.length; i++) {
                nodes.add(MeasuredNode.start(mode, Size.parse(arguments[i])));
            }
            for (int i = 0; i < WARM_UP + changes; i++) {
                for (MeasuredNode node : nodes) {
                    node.change(i >= WARM_UP);
                }
            }
            for (MeasuredNode node : nodes) {
                System.out.println(FIGURES + node.figures().json());
            }
        } finally {
            nodes.forEach(MeasuredNode::close);
        }
    }
}
