// What is made of exact sums of products, written number by number (see quantised.h): for plain-int8.c, the
// reference, and for sets whose sums come out in memory. Before including: TARGET, the instructions as a
// function attribute, and `#pragma STDC FP_CONTRACT OFF`.
#include <math.h>
#include <string.h>

#include "quantised.h"
#include "versions.h"

// Where the scales and biases of a quarter of a block are.
TARGET static const struct animo_int8_header *as_header(const char *quarter) {
  return (const struct animo_int8_header *)quarter;
}

// 16 columns of one row of a product.
TARGET static void finish_product(const int32_t sums[ANIMO_LANES], const char *header, const float *scales,
                                  ptrdiff_t row, float *out) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    const float scale = as_header(header)->scale[lane] * scales[row];
    out[lane] = fmaf((float)sums[lane], scale, as_header(header)->bias[lane]);
  }
}

// z of one gate of 16 units of one row.
TARGET static void finish_sums(const int32_t sums[ANIMO_LANES], const float *start, const char *header,
                               float z[ANIMO_LANES]) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    z[lane] = fmaf((float)sums[lane], as_header(header)->scale[lane], start[lane]);
  }
}

// p(x) of quantised.h.
TARGET static float power_of_two(float x) {
  x = x < ANIMO_POWER_LIMIT ? x : ANIMO_POWER_LIMIT;
  x = x > ANIMO_POWER_LEAST ? x : ANIMO_POWER_LEAST;
  const float n = rintf(x);
  const float r = x - n;
  float p = fmaf(ANIMO_P4, r, ANIMO_P3);
  p = fmaf(p, r, ANIMO_P2);
  p = fmaf(p, r, ANIMO_P1);
  p = fmaf(p, r, 1);
  // 2^n: an exponent of n and no fraction.
  const uint32_t bits = (uint32_t)((int)n + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

// c and h of 16 units of a row, from `unit`.
TARGET static void finish_step(const float z[ANIMO_GATES][ANIMO_LANES], const struct animo_step_rows *rows,
                               ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  uint8_t *output = (uint8_t *)rows->output + 4 * row * rows->output_stride + unit;
  float *answers = rows->answers ? rows->answers + row * rows->answers_stride + unit : NULL;
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    const float g = power_of_two(z[2][lane]);
    const float f = 1 + power_of_two(z[1][lane]);
    const float ig = (1 + power_of_two(z[0][lane])) * (1 + g);
    cell[lane] = fmaf(cell[lane], ig, (1 - g) * f) / (f * ig);
    const float t = power_of_two(cell[lane] * ANIMO_TANH_FACTOR);
    const float h = (1 - t) / ((1 + power_of_two(z[3][lane])) * (1 + t));
    output[lane] = (uint8_t)((int)rintf(h * ANIMO_STATE_UNIT) + 128);
    if (answers) answers[lane] = h;
  }
}
