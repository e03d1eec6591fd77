/// The catalogue of scenarios: what a cluster holds, which packets are sent, and what becomes of
/// them. It says nothing of how a backend does it, so every backend is held to the same scenarios.
@NullMarked
package dev.swivel.lab.scenario;

import org.jspecify.annotations.NullMarked;
