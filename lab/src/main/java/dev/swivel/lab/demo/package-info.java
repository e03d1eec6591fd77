/// The demo: a cluster, a Swivel per node, example Services, real traffic, and a table of what went
/// where.
@NullMarked
package dev.swivel.lab.demo;

import org.jspecify.annotations.NullMarked;
