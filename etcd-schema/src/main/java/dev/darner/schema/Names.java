package dev.darner.schema;

import dev.darner.model.Cidr;
import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.HostPattern;
import dev.darner.model.PreheatId;
import dev.darner.model.TaskId;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The names of the model as JSON: strings, in etcd and in the REST interface alike. */
public final class Names {
  private Names() {}

  /** Teaches a mapper to write and read them. */
  public static JacksonModule module() {
    return new SimpleModule("names")
        .addSerializer(HostId.class, ToStringSerializer.instance)
        .addSerializer(ClusterId.class, ToStringSerializer.instance)
        .addSerializer(TaskId.class, ToStringSerializer.instance)
        .addSerializer(PreheatId.class, ToStringSerializer.instance)
        .addSerializer(HostAddress.class, ToStringSerializer.instance)
        .addSerializer(HostPattern.class, ToStringSerializer.instance)
        .addSerializer(Cidr.class, ToStringSerializer.instance)
        .addDeserializer(HostId.class, new FromText<>(HostId.class, HostId::new))
        .addDeserializer(ClusterId.class, new FromText<>(ClusterId.class, ClusterId::new))
        .addDeserializer(TaskId.class, new FromText<>(TaskId.class, TaskId::new))
        .addDeserializer(PreheatId.class, new FromText<>(PreheatId.class, PreheatId::new))
        .addDeserializer(HostAddress.class, new FromText<>(HostAddress.class, HostAddress::parse))
        .addDeserializer(HostPattern.class, new FromText<>(HostPattern.class, HostPattern::new))
        .addDeserializer(Cidr.class, new FromText<>(Cidr.class, Cidr::parse));
  }

  /** Reads a string; what the reading says of one that it refuses is the exception's cause. */
  static class FromText<T> extends StdDeserializer<T> {
    private final transient Function<String, T> reading;

    FromText(Class<T> type, Function<String, T> reading) {
      super(type);
      this.reading = reading;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        throw context.wrongTokenException(in, handledType(), JsonToken.VALUE_STRING, "no string");
      }
      try {
        return reading.apply(in.getString());
      } catch (IllegalArgumentException e) {
        throw context.instantiationException(handledType(), e);
      }
    }
  }
}
