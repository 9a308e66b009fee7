// Products on AVX2 with fused multiply-add, in single precision: a tile of 6 rows × 16 columns lives in 12
// of the 16 registers. Bit for bit the same as AVX-512.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#include "gemm_pack_panel.h"

#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

enum {
  TILE_ROWS = 6,
  LANES = 8,
  PARTS = 2,
  TILE_COLUMNS = PARTS * LANES,
  // How far ahead the right panel is asked for: into the first-level cache, and into the second.
  NEAR = 32 * TILE_COLUMNS,
  FAR = 256 * TILE_COLUMNS,
};

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

typedef __m256 sums[TILE_ROWS][PARTS];

// sums = left block · right block, for `rows` rows.
PIECE void multiply_block(const int rows, const struct animo_gemm_tile *tile, sums sum) {
  const float *left = (const float *)tile->left;
  const float *right = (const float *)tile->right;
  _Pragma("clang loop unroll_count(4)") for (ptrdiff_t k = 0; k < tile->groups; k++) {
    const __m256 first = _mm256_load_ps(right);
    const __m256 second = _mm256_load_ps(right + LANES);
    _mm_prefetch(right + FAR, _MM_HINT_T1);
    _mm_prefetch(right + NEAR, _MM_HINT_T0);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256 a = _mm256_broadcast_ss(left + row);
      sum[row][0] = _mm256_fmadd_ps(a, first, sum[row][0]);
      sum[row][1] = _mm256_fmadd_ps(a, second, sum[row][1]);
    }
    left += tile->left_width;
    right += TILE_COLUMNS;
  }
}

// All bits set in the lanes before `count`.
PIECE __m256i first_lanes(ptrdiff_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// Eight columns of one row of C; `valid` says which exist.
PIECE void store(const struct animo_gemm_tile *tile, __m256 sum, __m256i valid, float *output) {
  if (tile->accumulate) sum = _mm256_add_ps(_mm256_maskload_ps(output, valid), sum);
  _mm256_maskstore_ps(output, valid, sum);
}

PIECE void multiply_rows(const int rows, const struct animo_gemm_tile *tile) {
  sums sum;
  UNROLLED for (int row = 0; row < rows; row++) {
    sum[row][0] = sum[row][1] = _mm256_setzero_ps();
    _mm_prefetch(tile->output + row * tile->stride, _MM_HINT_T0);
  }
  multiply_block(rows, tile, sum);
  UNROLLED for (int row = 0; row < rows; row++) {
    float *output = tile->output + row * tile->stride;
    store(tile, sum[row][0], first_lanes(tile->columns), output);
    if (tile->columns > LANES) store(tile, sum[row][1], first_lanes(tile->columns - LANES), output + LANES);
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
    default: break;
  }
}

PACK_PANEL(pack_floats, FLOATS)
PACK_PANEL(pack_rounded, ROUNDED_FLOATS)

#define VERSION(operands, pack)                                                                 \
  {                                                                                             \
    .name = "avx2", .precision = operands, .runs_here = runs_here, .tile_rows = TILE_ROWS,      \
    .tile_columns = TILE_COLUMNS, .group = 1, .pack_panel = pack, .multiply_tile = multiply_tile \
  }

const struct animo_gemm animo_gemm_avx2_float32 = VERSION(ANIMO_GEMM_FLOAT32, pack_floats);
const struct animo_gemm animo_gemm_avx2_bfloat16 = VERSION(ANIMO_GEMM_BFLOAT16, pack_rounded);

#endif
