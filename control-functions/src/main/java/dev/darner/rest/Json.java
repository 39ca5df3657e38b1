package dev.darner.rest;

import com.fasterxml.jackson.annotation.Nulls;
import dev.darner.schema.Names;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of the REST interface. It is read strictly: a field that is not known, is given twice or
 * has another type is an error, and so is a null in a list.
 */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .addModule(Names.module())
          .build();

  private static final JsonMapper LENIENT =
      MAPPER
          .rebuild()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .build();

  private Json() {}

  static byte[] bytes(Record body) {
    return MAPPER.writeValueAsBytes(body);
  }

  /**
   * Reads a record.
   *
   * @throws tools.jackson.core.JacksonException when it is none
   */
  static <T extends Record> T read(byte[] text, Class<T> type) {
    return MAPPER.readValue(text, type);
  }

  /** The same of what others have defined: fields may be unknown, and be named in any case. */
  static <T extends Record> T readLenient(byte[] text, Class<T> type) {
    return LENIENT.readValue(text, type);
  }
}
