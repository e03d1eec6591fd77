package dev.swivel.core.http;

import java.io.IOException;

/// Answers requests, each by [Exchange#send] once.
@FunctionalInterface
public interface Page {
    void answer(Exchange exchange) throws IOException;
}
