// Work on single rows that waits for memory, not for arithmetic: the compiler's own vectors are enough.
#include <math.h>
#include <string.h>

#include "kernels.h"

void animo_dequantise(ptrdiff_t count, const int8_t *codes, float scale, float *out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = scale * (float)codes[i];
}

float animo_quantise(ptrdiff_t count, const float *values, int8_t *codes) {
  float greatest = 0;
  for (ptrdiff_t i = 0; i < count; i++) greatest = fmaxf(greatest, fabsf(values[i]));
  const float scale = greatest / 127;
  for (ptrdiff_t i = 0; i < count; i++) {
    // A scale so small that it has lost its bits can give a quotient past 127.
    const float code = scale > 0 ? rintf(values[i] / scale) : 0;
    codes[i] = (int8_t)fmaxf(-127, fminf(127, code));
  }
  return scale;
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
