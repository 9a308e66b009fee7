// The register tile of AVX-512, for the two files that differ in how a lane is multiplied. Before including:
//   TARGET                    the attribute that allows the instructions
//   add_products(sum, a, b)   sum plus the products of the lanes of a and b
//
// 14 rows × 32 columns live in 28 of the 32 registers. Per group of depth two registers of the right panel
// are loaded and 14 lanes of the left one spread, for 28 multiplications: 16 loads, where the processor can
// do as many as it multiplies. The left block stays in the first-level cache; the right panel streams in from
// the second, 128 bytes a group, and prefetching hides the way: each line is asked for 16 groups before it is
// used, and from memory into the second-level cache 128 groups before.
#include <immintrin.h>

#include "gemm_versions.h"

#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

enum {
  TILE_ROWS = 14,
  LANES = 16,
  PARTS = 2,
  TILE_COLUMNS = PARTS * LANES,
  NEAR = 16 * TILE_COLUMNS,
  FAR = 128 * TILE_COLUMNS,
};

typedef __m512 sums[TILE_ROWS][PARTS];

// sums = left block · right block, for `rows` rows.
PIECE void multiply_block(const int rows, const struct animo_gemm_tile *tile, sums sum) {
  const uint32_t *left = tile->left;
  const uint32_t *ahead = tile->ahead;
  const uint32_t *right = tile->right;
  _Pragma("clang loop unroll_count(2)") for (ptrdiff_t k = 0; k < tile->groups; k++) {
    __m512i b[PARTS];
    UNROLLED for (int part = 0; part < PARTS; part++) {
      b[part] = _mm512_load_si512(right + part * LANES);
      _mm_prefetch(right + FAR + part * LANES, _MM_HINT_T1);
      _mm_prefetch(right + NEAR + part * LANES, _MM_HINT_T0);
    }
    _mm_prefetch(ahead, _MM_HINT_T1);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m512i a = _mm512_set1_epi32((int)left[row]);
      UNROLLED for (int part = 0; part < PARTS; part++) {
        sum[row][part] = add_products(sum[row][part], a, b[part]);
      }
    }
    left += tile->left_width;
    ahead += tile->left_width;
    right += TILE_COLUMNS;
  }
}

// Sixteen columns of one row of C; `valid` says which exist.
PIECE void store(const struct animo_gemm_tile *tile, __m512 sum, __mmask16 valid, float *output) {
  if (tile->accumulate) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(valid, output), sum);
  _mm512_mask_storeu_ps(output, valid, sum);
}

PIECE void multiply_rows(const int rows, const struct animo_gemm_tile *tile) {
  sums sum;
  UNROLLED for (int row = 0; row < rows; row++) {
    UNROLLED for (int part = 0; part < PARTS; part++) {
      sum[row][part] = _mm512_setzero_ps();
      // C is wanted at the end; that it lies past the last column does no harm.
      _mm_prefetch(tile->output + row * tile->stride + part * LANES, _MM_HINT_T0);
    }
  }
  multiply_block(rows, tile, sum);
  const uint32_t valid = tile->columns < TILE_COLUMNS ? (1u << tile->columns) - 1 : UINT32_MAX;
  UNROLLED for (int row = 0; row < rows; row++) {
    float *output = tile->output + row * tile->stride;
    store(tile, sum[row][0], (__mmask16)valid, output);
    if (valid >> LANES) store(tile, sum[row][1], (__mmask16)(valid >> LANES), output + LANES);
  }
}

TARGET static void multiply_tile(ptrdiff_t rows, const struct animo_gemm_tile *tile) {
  switch (rows) {
    case 1: multiply_rows(1, tile); break;
    case 2: multiply_rows(2, tile); break;
    case 3: multiply_rows(3, tile); break;
    case 4: multiply_rows(4, tile); break;
    case 5: multiply_rows(5, tile); break;
    case 6: multiply_rows(6, tile); break;
    case 7: multiply_rows(7, tile); break;
    case 8: multiply_rows(8, tile); break;
    case 9: multiply_rows(9, tile); break;
    case 10: multiply_rows(10, tile); break;
    case 11: multiply_rows(11, tile); break;
    case 12: multiply_rows(12, tile); break;
    case 13: multiply_rows(13, tile); break;
    case 14: multiply_rows(14, tile); break;
    default: break;
  }
}
