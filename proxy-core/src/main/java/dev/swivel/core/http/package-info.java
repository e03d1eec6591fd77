/// Small HTTP servers for probes and scrapes, bounded whatever their clients do.
@NullMarked
package dev.swivel.core.http;

import org.jspecify.annotations.NullMarked;
