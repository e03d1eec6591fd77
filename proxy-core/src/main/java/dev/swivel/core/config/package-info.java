/// The configuration in force: kube-proxy's KubeProxyConfiguration and flags, read, defaulted and
/// validated (spec 11).
@NullMarked
package dev.swivel.core.config;

import org.jspecify.annotations.NullMarked;
