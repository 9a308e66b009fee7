// Products of matrices for training: C[M,N] = A[M,K] · B[K,N], or C += A · B, in single precision or with
// operands rounded to bfloat16 and single-precision sums.
//
// Operands are packed first, A by rows and B by columns, from any strides (so also transposed); a packed
// operand serves any number of products: weights are packed once a minibatch.
//
// Every instruction set has one file with its register tile (gemm_plain.c, gemm_avx2.c, gemm_avx512.c,
// gemm_avx512bf16.c); packing (gemm_pack.c) and the loops around the tiles (gemm.c) are written once.
//
// CONTRACT OF ALL VERSIONS
// - An element of C is a sum over k in blocks of at most ANIMO_GEMM_BLOCK groups; where the blocks are cut
//   depends on K alone. Within a block the sum is one chain from 0 over k = 0, 1, …; the blocks' sums are
//   added to C in order. So the bits of C do not depend on which rows and columns one call is asked for,
//   nor on how a product is divided between threads.
// - Each product is counted, also 0 · ∞: infinities and NaN propagate as in the plain loop. Without
//   `accumulate` what was in C before does not matter, NaN included. With K = 0 the product is 0.
// - Nothing is allocated, nothing outside the stated rows and columns of C is read or written.
// - Strides count floats. Packed memory is aligned to 64 bytes; the rest only as floats need.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  // Groups of one block of the depth: the block of one panel (AVX-512: 14 rows, 21 KiB; AVX2: 16 columns,
  // 24 KiB) stays in the first-level cache while the other operand's panels stream past it.
  ANIMO_GEMM_BLOCK = 384,
};

// In which numbers operands are multiplied; sums are single precision always.
enum animo_gemm_precision {
  ANIMO_GEMM_FLOAT32,
  // Operands rounded to nearest even when packed (see animo_rounded_to_bfloat16).
  ANIMO_GEMM_BFLOAT16,
};

// PACKED OPERANDS
//
// A line is a row of A or a column of B. Lines stand in panels of `width`; a panel is cut along the depth
// like the sums. The packed unit is a lane of 32 bits: one float, or two bfloat16 (k in the low half, k + 1
// in the high half; an odd depth is filled up with 0). Per block of the depth, per panel:
//
//   lane panel[groups of this block][width]
//
// Lines past the last are 0.
struct animo_packed {
  ptrdiff_t lines;
  ptrdiff_t depth;
  ptrdiff_t width;
  void *lanes;
};

// One call's work on a register tile: see gemm_versions.h.
struct animo_gemm_tile;
// Where packing finds the numbers of a panel: see gemm_versions.h.
struct animo_gemm_source;

// One version of the product.
struct animo_gemm {
  // The instruction set, such as "avx512".
  const char *name;
  enum animo_gemm_precision precision;
  // Whether this processor has the instructions.
  bool (*runs_here)(void);
  // Whether they are fast on this processor; NULL: wherever they run.
  bool (*is_fast_here)(void);
  // The most rows, and the columns, of one register tile.
  ptrdiff_t tile_rows;
  ptrdiff_t tile_columns;
  // Which operand's panel stays in the first-level cache: the right one's, or else the left one's.
  bool right_stays;
  // Steps of depth in one lane: 1, or 2 for pairs of bfloat16.
  ptrdiff_t group;
  // Packs `groups` groups of the `lines` lines of a panel of `width`.
  void (*pack_panel)(const struct animo_gemm_source *source, ptrdiff_t lines, ptrdiff_t groups,
                     ptrdiff_t width, uint32_t *lanes);
  // C tile [rows][columns] (+)= left block [groups][rows] · right block [groups][tile_columns].
  void (*multiply_tile)(ptrdiff_t rows, const struct animo_gemm_tile *tile);
};

// All versions compiled in, the fastest first within a precision; "plain" runs everywhere.
size_t animo_gemm_count(void);
const struct animo_gemm *animo_gemm_at(size_t index);

// Lines of one panel of a left operand of the given number of rows: as even as possible, at most tile_rows.
ptrdiff_t animo_gemm_left_width(const struct animo_gemm *gemm, ptrdiff_t rows);

// Size in bytes of the lanes of an operand.
size_t animo_gemm_packed_size(const struct animo_gemm *gemm, const struct animo_packed *operand);

// Packs an operand; number (line, k) is at numbers[line * line_stride + k * depth_stride].
void animo_gemm_pack(const struct animo_gemm *gemm, const struct animo_packed *operand, const float *numbers,
                     ptrdiff_t line_stride, ptrdiff_t depth_stride);

// The part of a product that one call computes.
struct animo_product {
  const struct animo_packed *left;   // A, packed by rows
  const struct animo_packed *right;  // B, packed by columns, of the same depth and version
  ptrdiff_t first_row, end_row;
  ptrdiff_t first_column, end_column;  // the first is a multiple of tile_columns
  float *output;                       // where C[first_row][first_column] is
  ptrdiff_t stride;                    // floats from one row of C to the next
  bool accumulate;                     // C += instead of C =
};

void animo_gemm_multiply(const struct animo_gemm *gemm, const struct animo_product *product);

// A number rounded to the nearest bfloat16 (8 bits of mantissa, the range of float), ties to even. Too large
// ones become infinite, NaN stays NaN. Subnormal numbers are kept, but avx512bf16's products count
// them as 0.
float animo_rounded_to_bfloat16(float number);
