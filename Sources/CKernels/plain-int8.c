// 8-bit codes in plain C: the reference of the int8 sets, which all give the same bits (see quantised.h).
#include <math.h>
#include <string.h>

#include "quantised.h"
#include "versions.h"

// Nothing is fused but what is written as fmaf.
#pragma STDC FP_CONTRACT OFF

#define KIND ANIMO_INT8
typedef int32_t sum;

// Where the scales and biases of a quarter of a block are.
static const struct animo_int8_header *as_header(const char *quarter) {
  return (const struct animo_int8_header *)quarter;
}

static void start_product(const char *header, int32_t sums[ANIMO_LANES]) {
  (void)header;
  memset(sums, 0, ANIMO_LANES * sizeof *sums);
}

static void start_step(const float *start, const char *header, int32_t sums[ANIMO_LANES]) {
  (void)start;
  start_product(header, sums);
}

// A word's four codes as two pairs of 16-bit numbers: those at 0 and 2, or those at 1 and 3.
static uint32_t pair(uint32_t word, int from) {
  const uint32_t low = (word >> 8 * from & 0xff) - 128;
  const uint32_t high = (word >> 8 * (from + 2) & 0xff) - 128;
  return (low & 0xffff) | high << 16;
}

// The activations' 128 is taken off at once, so that the header's offset is not needed. Two products of codes
// fit into 16 bits: 2 · 127 · 128 < 2^15. They are made of halves of words (two codes each) and added up in
// words: loops over numbers side by side, which compilers turn into vectors on any processor.
static void add_products(ptrdiff_t words, const uint32_t *input, const char *line,
                         int32_t sums[ANIMO_LANES]) {
  enum { HALVES = 2 * ANIMO_LANES };
  int32_t local[ANIMO_LANES];
  memcpy(local, sums, sizeof local);
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE) {
    uint32_t even_words[ANIMO_LANES], odd_words[ANIMO_LANES];
    for (int lane = 0; lane < ANIMO_LANES; lane++) even_words[lane] = pair(input[word], 0);
    for (int lane = 0; lane < ANIMO_LANES; lane++) odd_words[lane] = pair(input[word], 1);
    int16_t even[HALVES], odd[HALVES], codes[HALVES], products[HALVES];
    memcpy(even, even_words, sizeof even);
    memcpy(odd, odd_words, sizeof odd);
    memcpy(codes, line, sizeof codes);
    for (int half = 0; half < HALVES; half++) {
      const int16_t first = (int16_t)((int16_t)(codes[half] * 256) >> 8);
      const int16_t second = (int16_t)(codes[half] >> 8);
      products[half] = (int16_t)(first * even[half] + second * odd[half]);
    }
    int32_t both[ANIMO_LANES];
    memcpy(both, products, sizeof both);
    for (int lane = 0; lane < ANIMO_LANES; lane++) {
      local[lane] += (int16_t)(both[lane] & 0xffff) + (both[lane] >> 16);
    }
  }
  memcpy(sums, local, sizeof local);
}

static void finish_product(const int32_t sums[ANIMO_LANES], const char *header, const float *scales,
                           ptrdiff_t row, float *out) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    const float scale = as_header(header)->scale[lane] * scales[row];
    out[lane] = fmaf((float)sums[lane], scale, as_header(header)->bias[lane]);
  }
}

static void finish_sums(const int32_t sums[ANIMO_LANES], const float *start, const char *header,
                        float z[ANIMO_LANES]) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    z[lane] = fmaf((float)sums[lane], as_header(header)->scale[lane], start[lane]);
  }
}

// p(x) of quantised.h.
static float power_of_two(float x) {
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
static void finish_step(const float z[ANIMO_GATES][ANIMO_LANES], const struct animo_step_rows *rows,
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

#include "plain-loops.h"

static bool runs_everywhere(void) { return true; }

const struct animo_kernels animo_plain_int8 = {
    .name = "plain-int8",
    .arithmetic = KIND,
    .runs_here = runs_everywhere,
    .product = product,
    .step = step,
};
