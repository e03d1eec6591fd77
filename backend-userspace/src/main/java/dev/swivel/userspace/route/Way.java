package dev.swivel.userspace.route;

/// By which listener traffic came in. The capture rules send traffic of this node (its pods and the
/// node itself) and traffic from outside to different ports, since the traffic policies tell them
/// apart.
public enum Way {
    INTERNAL,
    EXTERNAL
}
