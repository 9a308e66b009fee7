// What the files of CKernels share among themselves; not for callers.
#pragma once

#include "kernels.h"

// 1 where the x86 and ARM sets are compiled in.
#if defined(__x86_64__)
#define ANIMO_X86 1
#else
#define ANIMO_X86 0
#endif
#if defined(__aarch64__)
#define ANIMO_ARM 1
#else
#define ANIMO_ARM 0
#endif

extern const struct animo_kernels animo_plain;
extern const struct animo_kernels animo_plain_bf16;
extern const struct animo_kernels animo_plain_int8;
#if ANIMO_X86
extern const struct animo_kernels animo_avx2;
extern const struct animo_kernels animo_avx2_int8;
extern const struct animo_kernels animo_avx2_vnni_int8;
extern const struct animo_kernels animo_avx512;
extern const struct animo_kernels animo_avx512_bf16;
extern const struct animo_kernels animo_avx512_int8;
extern const struct animo_kernels animo_avx512_amx_int8;

// What "avx2-int8" does with matrices that have no code of a magnitude above ANIMO_NARROW, and with nibbles:
// see avx2-narrow-int8.c and avx2-nibble-int8.c.
enum { ANIMO_NARROW = 32 };
void animo_avx2_narrow_product(const struct animo_weights *weights, const struct animo_product_rows *rows);
void animo_avx2_narrow_step(const struct animo_weights *weights, const struct animo_step_rows *rows);
void animo_avx2_nibble_product(const struct animo_weights *weights, const struct animo_product_rows *rows);
void animo_avx2_nibble_step(const struct animo_weights *weights, const struct animo_step_rows *rows);
#endif
#if ANIMO_ARM
extern const struct animo_kernels animo_neon;
extern const struct animo_kernels animo_neon_int8;
extern const struct animo_kernels animo_neon_dot_int8;
#endif

enum {
  // Bytes of one line of packed weights: 64 columns, a word each.
  ANIMO_LINE = ANIMO_COLUMNS * 4,
  // The same of nibbles, and of those of 16 columns.
  ANIMO_NIBBLE_LINE = ANIMO_LINE / 2,
  ANIMO_NIBBLE_QUARTER = ANIMO_NIBBLE_LINE / ANIMO_GATES,
  // The greatest magnitude of a code that is one of two in a byte.
  ANIMO_NIBBLE_LIMIT = 7,
  // Bytes of a block's header.
  ANIMO_HEADER_FLOAT = ANIMO_LINE,
  ANIMO_HEADER_INT8 = 3 * ANIMO_LINE,
};

// The header of a block of 8-bit weights.
struct animo_int8_header {
  float bias[ANIMO_COLUMNS];
  float scale[ANIMO_COLUMNS];
  int32_t offset[ANIMO_COLUMNS];
};

// Blocks needed for `count` things of which one block holds `each`.
static inline ptrdiff_t animo_blocks(ptrdiff_t count, ptrdiff_t each) { return (count + each - 1) / each; }

static inline ptrdiff_t animo_header_size(enum animo_arithmetic arithmetic) {
  return arithmetic == ANIMO_INT8 ? ANIMO_HEADER_INT8 : ANIMO_HEADER_FLOAT;
}

static inline ptrdiff_t animo_line_size(bool nibbles) { return nibbles ? ANIMO_NIBBLE_LINE : ANIMO_LINE; }

// Bytes of a block that multiplies the given number of words.
static inline ptrdiff_t animo_block_size(enum animo_arithmetic arithmetic, bool nibbles, ptrdiff_t words) {
  return animo_header_size(arithmetic) + words * animo_line_size(nibbles);
}

// Where a block starts.
static inline const char *animo_block(const struct animo_weights *weights, ptrdiff_t block) {
  return (const char *)weights->packed +
         block * animo_block_size(weights->arithmetic, weights->nibbles, weights->words);
}

// Where the lines of 16 columns of a block start, of which `column` is the first.
static inline const char *animo_quarter(const struct animo_weights *weights, ptrdiff_t block,
                                        ptrdiff_t column) {
  const char *lines = animo_block(weights, block) + animo_header_size(weights->arithmetic);
  if (!weights->nibbles) return lines + 4 * column;
  return lines + column / ANIMO_LANES * weights->words * ANIMO_NIBBLE_QUARTER;
}

// Where the numbers are that a row's sums of one block start from.
static inline const float *animo_start_of(const struct animo_step_rows *rows, ptrdiff_t row,
                                          ptrdiff_t block) {
  return rows->starts[row].first + block * rows->starts[row].block_stride;
}

// TILES: `count` rows are cut into as few tiles of at most six rows as can be, all nearly as high. Seven rows
// as 4 + 3 keep the arithmetic units busier than 6 + 1.
static inline ptrdiff_t animo_tile_count(ptrdiff_t count) { return animo_blocks(count, ANIMO_TILE_ROWS); }

// The first row of a tile; that of tile `tiles` is `count`.
static inline ptrdiff_t animo_tile_start(ptrdiff_t count, ptrdiff_t tiles, ptrdiff_t tile) {
  return count * tile / tiles;
}

// WEIGHTS ON THEIR WAY: while a tile computes it asks for its share of the block that comes next, so that
// this is in the second-level cache when it is needed.
struct animo_lines {
  const char *next;
  ptrdiff_t distance;  // bytes from what is asked for with one word to what is with the next
};

// Share `number` of `shares` of block `next`; after the last block of `block`, which is there already.
// Fewer than four shares leave out cache lines, most of which the processor's own prefetching adds.
static inline struct animo_lines animo_lines_ahead(const struct animo_weights *weights, ptrdiff_t block,
                                                   ptrdiff_t next, ptrdiff_t shares, ptrdiff_t number) {
  const bool is_needed = next >= 0 && next < weights->blocks;
  const ptrdiff_t distance = animo_line_size(weights->nibbles) / shares;
  const char *lines = animo_block(weights, is_needed ? next : block);
  return (struct animo_lines){lines + number * weights->words * distance, distance};
}

static inline void animo_fetch(struct animo_lines lines) { __builtin_prefetch(lines.next, 0, 2); }

// THE EXPONENTIAL of the fast sets of fp32 and bf16: e^x = 2^n · e^r, n = round(x / ln 2), |r| ≤ ln 2 / 2;
// e^r ≈ 1 + r + r²·q(r), q of degree 4 fitted for least relative error (3.6e-9 in exact arithmetic).
// Relative error of the whole in single precision: below 8e-8 (measured over ±40 in steps of 1e-6).
//
// Exponents are clipped to ±40: σ(±40) is 0 or 1 to 4e-18, tanh(±20) is ±1 in single precision, and the
// product of two such exponentials (2.4e17 each) still is a number.
#define ANIMO_CLIP 40.0f
#define ANIMO_LOG2_E 1.44269504f
// ln 2 in two parts; the first has few bits, so that n times it is exact.
#define ANIMO_LN2_HIGH 0.693145752f
#define ANIMO_LN2_LOW 1.4286068e-6f
#define ANIMO_Q0 0.49999994f
#define ANIMO_Q1 0.16666521f
#define ANIMO_Q2 0.04166839f
#define ANIMO_Q3 0.008368745f
#define ANIMO_Q4 0.0013814539f
