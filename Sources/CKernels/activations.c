// Numbers → activations of each arithmetic, and back (see WORDS in kernels.h).
#include <math.h>
#include <string.h>

#include "versions.h"

static float float_at(const void *floats, ptrdiff_t index) {
  float number;
  memcpy(&number, (const char *)floats + index * (ptrdiff_t)sizeof number, sizeof number);
  return number;
}

// The upper half of a float, rounded to nearest even; a NaN stays one.
static uint16_t bf16(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  const uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
  return (uint16_t)((number != number ? bits | 0x400000 : rounded) >> 16);
}

static void encode_bf16(ptrdiff_t count, const void *floats, void *out) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint16_t half = bf16(float_at(floats, i));
    memcpy((char *)out + i * (ptrdiff_t)sizeof half, &half, sizeof half);
  }
}

static float encode_int8(ptrdiff_t count, const void *floats, uint8_t *out) {
  float greatest = 0;
  for (ptrdiff_t i = 0; i < count; i++) greatest = fmaxf(greatest, fabsf(float_at(floats, i)));
  const float scale = greatest / 127;
  for (ptrdiff_t i = 0; i < count; i++) {
    // As in animo_quantise: a scale that has lost its bits can give a quotient past 127.
    const float code = scale > 0 ? rintf(float_at(floats, i) / scale) : 0;
    out[i] = (uint8_t)((int)fmaxf(-127, fminf(127, code)) + 128);
  }
  return scale;
}

float animo_encode(enum animo_arithmetic arithmetic, ptrdiff_t count, const void *floats, void *out) {
  switch (arithmetic) {
    case ANIMO_BF16: encode_bf16(count, floats, out); return 1;
    case ANIMO_INT8: return encode_int8(count, floats, out);
    default: memcpy(out, floats, (size_t)count * sizeof(float)); return 1;
  }
}

float animo_encode_codes(enum animo_arithmetic arithmetic, ptrdiff_t count, const int8_t *codes, float scale,
                         void *out) {
  if (arithmetic == ANIMO_INT8) {
    for (ptrdiff_t i = 0; i < count; i++) {
      ((uint8_t *)out)[i] = (uint8_t)((codes[i] < -127 ? -127 : codes[i]) + 128);
    }
    return scale;
  }
  for (ptrdiff_t i = 0; i < count; i++) {
    const float number = scale * (float)codes[i];
    if (arithmetic == ANIMO_BF16) {
      encode_bf16(1, &number, (uint16_t *)out + i);
    } else {
      ((float *)out)[i] = number;
    }
  }
  return 1;
}

float animo_decode(enum animo_arithmetic arithmetic, const void *row, ptrdiff_t index, float scale) {
  switch (arithmetic) {
    case ANIMO_BF16: {
      const uint32_t bits = (uint32_t)((const uint16_t *)row)[index] << 16;
      return float_at(&bits, 0);
    }
    case ANIMO_INT8: return scale * (float)(((const uint8_t *)row)[index] - 128);
    default: return ((const float *)row)[index];
  }
}
