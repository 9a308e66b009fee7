// Work on single rows that waits for memory, not for arithmetic: the compiler's own vectors are enough.
#include <math.h>
#include <string.h>

#include "kernels.h"

void animo_dequantise(ptrdiff_t count, const int8_t *codes, float scale, float *out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = scale * (float)codes[i];
}

static float greatest_magnitude(ptrdiff_t count, const float *values) {
  float greatest = 0;
  for (ptrdiff_t i = 0; i < count; i++) greatest = fmaxf(greatest, fabsf(values[i]));
  return greatest;
}

// The nearest code within ±limit.
static float code_of(float value, float scale, float limit) {
  const float code = scale > 0 ? rintf(value / scale) : 0;
  return fmaxf(-limit, fminf(limit, code));
}

float animo_quantise(ptrdiff_t count, const float *values, int8_t *codes) {
  const float scale = greatest_magnitude(count, values) / 127;
  // A scale so small that it has lost its bits can give a quotient past 127.
  for (ptrdiff_t i = 0; i < count; i++) codes[i] = (int8_t)code_of(values[i], scale, 127);
  return scale;
}

float animo_quantise_narrow(ptrdiff_t count, const float *values, int greatest, int8_t *codes) {
  const float limit = (float)greatest;
  const float widest = greatest_magnitude(count, values) / limit;
  // Of codes c the best scale is Σ v·c / Σ c², which leaves Σ v² - (Σ v·c)² / Σ c² of error: so the most
  // of the latter is the least error. In trained matrices it was found between 0.42 and 1 times the widest
  // scale.
  double most = 0;
  float scale = 0;
  for (int step = 64; step > 24; step--) {
    const float candidate = widest * ((float)step / 64);
    double products = 0, squares = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
      const double code = code_of(values[i], candidate, limit);
      products += values[i] * code;
      squares += code * code;
    }
    if (squares == 0 || products * products / squares <= most) continue;
    most = products * products / squares;
    scale = (float)(products / squares);
  }
  for (ptrdiff_t i = 0; i < count; i++) codes[i] = (int8_t)code_of(values[i], scale, limit);
  return scale;
}

int animo_greatest_code(ptrdiff_t count, const int8_t *codes) {
  int greatest = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    const int magnitude = codes[i] < 0 ? -codes[i] : codes[i];
    greatest = greatest < magnitude ? magnitude : greatest;
  }
  return greatest;
}

void animo_write_nibbles(ptrdiff_t count, const int8_t *codes, uint8_t *nibbles) {
  for (ptrdiff_t i = 0; i < count / 2; i++) {
    nibbles[i] = (uint8_t)((codes[2 * i] + 8) | (codes[2 * i + 1] + 8) << 4);
  }
  if (count % 2 != 0) nibbles[count / 2] = (uint8_t)((codes[count - 1] + 8) | 8 << 4);
}

void animo_read_nibbles(ptrdiff_t count, const uint8_t *nibbles, int8_t *codes) {
  for (ptrdiff_t i = 0; i < count / 2; i++) {
    codes[2 * i] = (int8_t)((nibbles[i] & 15) - 8);
    codes[2 * i + 1] = (int8_t)((nibbles[i] >> 4) - 8);
  }
  if (count % 2 != 0) codes[count - 1] = (int8_t)((nibbles[count / 2] & 15) - 8);
}

bool animo_are_nibbles(ptrdiff_t count, const uint8_t *nibbles) {
  int wrong = count % 2 != 0 && nibbles[count / 2] >> 4 != 8;
  for (ptrdiff_t i = 0; i < animo_nibble_bytes(count); i++) {
    wrong |= (nibbles[i] & 15) == 0 || nibbles[i] >> 4 == 0;
  }
  return !wrong;
}

ptrdiff_t animo_first_not_finite(ptrdiff_t count, const void *bytes) {
  // All exponent bits set: infinity or NaN. A block at a time, so that the inner loop has no early exit.
  const uint32_t exponent = 0x7f800000;
  enum { BLOCK = 1024 };
  for (ptrdiff_t start = 0; start < count; start += BLOCK) {
    const ptrdiff_t end = count - start < BLOCK ? count : start + BLOCK;
    ptrdiff_t first = end;
    for (ptrdiff_t i = end - 1; i >= start; i--) {
      uint32_t bits;
      memcpy(&bits, (const char *)bytes + i * (ptrdiff_t)sizeof bits, sizeof bits);
      if ((bits & exponent) == exponent) first = i;
    }
    if (first < end) return first;
  }
  return count;
}

void animo_pool(ptrdiff_t count, const float *row, bool first, float *maximum, float *sum) {
  if (first) {
    memcpy(maximum, row, (size_t)count * sizeof *row);
    memcpy(sum, row, (size_t)count * sizeof *row);
    return;
  }
  for (ptrdiff_t i = 0; i < count; i++) {
    maximum[i] = row[i] > maximum[i] ? row[i] : maximum[i];
    sum[i] += row[i];
  }
}

void animo_rectify(ptrdiff_t count, float *row) {
  for (ptrdiff_t i = 0; i < count; i++) row[i] = row[i] > 0 ? row[i] : 0;
}
