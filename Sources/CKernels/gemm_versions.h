// What the files of the product share among themselves; not for callers.
#pragma once

#include <string.h>

#include "gemm.h"
#include "versions.h"

// One block of the depth of one tile of C.
struct animo_gemm_tile {
  ptrdiff_t groups;
  const uint32_t *left;  // [groups][left_width], from the tile's first row
  ptrdiff_t left_width;
  const uint32_t *ahead;  // [groups][ahead_step]: what will be wanted soon, to be prefetched
  ptrdiff_t ahead_step;
  const uint32_t *right;  // [groups][tile_columns]
  float *output;
  ptrdiff_t stride;
  ptrdiff_t columns;  // 1 … tile_columns
  bool accumulate;
};

// Where one panel's numbers come from.
struct animo_gemm_source {
  const float *numbers;  // of the panel's first line, at the block's first k
  ptrdiff_t line_stride;
  ptrdiff_t depth_stride;
  ptrdiff_t depth;  // steps from here to the end of the operand
};

enum {
  // No panel is wider.
  ANIMO_GEMM_WIDEST = 64,
};

extern const struct animo_gemm animo_gemm_plain_float32, animo_gemm_plain_bfloat16;
#if ANIMO_X86
extern const struct animo_gemm animo_gemm_avx2_float32, animo_gemm_avx2_bfloat16;
extern const struct animo_gemm animo_gemm_avx512_float32, animo_gemm_avx512_bfloat16;
extern const struct animo_gemm animo_gemm_avx512bf16_bfloat16;
#endif

// The cut of a depth into blocks, all of `length` groups but the last, which may be shorter.
struct animo_depth {
  ptrdiff_t groups;
  ptrdiff_t length;
};

static inline struct animo_depth animo_cut_depth(const struct animo_gemm *gemm, ptrdiff_t depth) {
  const ptrdiff_t groups = animo_blocks(depth, gemm->group);
  const ptrdiff_t blocks = animo_blocks(groups, ANIMO_GEMM_BLOCK);
  return (struct animo_depth){groups, blocks > 0 ? animo_blocks(groups, blocks) : 0};
}

static inline ptrdiff_t animo_least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

static inline ptrdiff_t animo_greatest(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

// Where the block that starts at `group` has its panel that starts at line `panel * width`.
static inline uint32_t *animo_packed_panel(const struct animo_packed *operand, ptrdiff_t group,
                                           ptrdiff_t groups, ptrdiff_t panel) {
  const ptrdiff_t panels = animo_blocks(operand->lines, operand->width);
  return (uint32_t *)operand->lanes + (group * panels + panel * groups) * operand->width;
}

static inline uint32_t animo_bits(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

static inline float animo_number(uint32_t bits) {
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

// The bits of a number rounded to bfloat16, in the high half; the low half is 0.
static inline uint32_t animo_bfloat16_bits(float number) {
  const uint32_t bits = animo_bits(number);
  // Adds one half of the last kept bit, less one if that bit is even: a carry into it rounds up.
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000;
  // A NaN whose only set bits were in the low half must not become an infinity: it is made quiet.
  const uint32_t quiet = (bits & 0xffff0000) | 0x00400000;
  return (bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded;
}
