package dev.darner.schema;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The records of this room as JSON and back. Names are strings, instants ISO-8601 in UTC, leases
 * hexadecimal as {@code etcdctl lease} takes them. Fields that a later version added are ignored;
 * numbers and flags that an earlier version did not write are 0 and false.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(Names.module())
          .build();

  private Json() {}

  /** A record as one line of JSON. */
  public static String write(Record written) {
    return MAPPER.writeValueAsString(written);
  }

  /**
   * The record that a value holds; empty when it holds none, which a reader must survive: anyone
   * can write to etcd by hand.
   */
  public static <T extends Record> Optional<T> read(String value, Class<T> type) {
    try {
      return Optional.ofNullable(MAPPER.readValue(value, type));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The first {@code longest} characters of a text, so that a record's size has a bound. */
  static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }

  /** A number that is written as a string of hexadecimal digits. */
  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = ToHexadecimal.class)
  @JsonDeserialize(using = FromHexadecimal.class)
  @interface Hexadecimal {}

  private static final class ToHexadecimal extends StdSerializer<Long> {
    private ToHexadecimal() {
      super(Long.class);
    }

    @Override
    public void serialize(Long value, JsonGenerator out, SerializationContext context) {
      out.writeString(Long.toHexString(value));
    }
  }

  private static final class FromHexadecimal extends Names.FromText<Long> {
    private FromHexadecimal() {
      super(Long.class, HexFormat::fromHexDigitsToLong);
    }

    @Override
    public Long getNullValue(DeserializationContext context) {
      return 0L;
    }
  }
}
