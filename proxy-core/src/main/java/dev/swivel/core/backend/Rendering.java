package dev.swivel.core.backend;

import java.util.List;

/// What a backend would make in an empty kernel for one state.
///
/// @param script the same as input for the facilities' own programs, parted by comment lines that
///   name them
public record Rendering(List<KernelObject> objects, String script) {
    public Rendering {
        objects = List.copyOf(objects);
    }
}
