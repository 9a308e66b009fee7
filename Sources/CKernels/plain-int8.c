// 8-bit codes in plain C: the reference of the int8 sets, which all give the same bits (see quantised.h).
#include "versions.h"

// Nothing is fused but what is written as fmaf.
#pragma STDC FP_CONTRACT OFF

#define TARGET
#include "plain-int8-gates.h"

#define KIND ANIMO_INT8
typedef int32_t sum;

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

#include "plain-loops.h"

static bool runs_everywhere(void) { return true; }

const struct animo_kernels animo_plain_int8 = {
    .name = "plain-int8",
    .arithmetic = KIND,
    .runs_here = runs_everywhere,
    .product = product,
    .step = step,
};
