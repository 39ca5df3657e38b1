package dev.darner.cli;

import dev.darner.settings.CommandFailure;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Replicas of one service, of which any will do. Used by one thread. */
record Services(List<Service> all) {

  Services {
    all = List.copyOf(all);
  }

  /**
   * Asks the first that can be reached.
   *
   * @param body a record, sent as JSON
   */
  JsonNode ask(String method, String path, Optional<Record> body) {
    CommandFailure last = null;
    for (Service service : all) {
      try {
        return service.ask(method, path, body);
      } catch (Service.Unreachable e) {
        last = e;
      }
    }
    throw last == null ? new CommandFailure("name an endpoint") : last;
  }
}
