/// The HTTP side: paths, lists, watches, discovery, tables.
@NullMarked
package dev.swivel.lab.api.http;

import org.jspecify.annotations.NullMarked;
