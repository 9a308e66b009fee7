// Products on AVX2 with fused multiply-add, in single precision: a tile of 6 rows × 16 columns lives in 12
// of the 16 registers. Bit for bit the same as AVX-512.
//
// Per group of depth a tile reads 64 bytes of the right panel and 24 of the left one, so the right panel is
// what stays in the first-level cache; the left ones come from the second.
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
  const uint32_t *ahead = tile->ahead;
  _Pragma("clang loop unroll_count(4)") for (ptrdiff_t k = 0; k < tile->groups; k++) {
    const __m256 first = _mm256_load_ps(right);
    const __m256 second = _mm256_load_ps(right + LANES);
    _mm_prefetch(ahead, _MM_HINT_T1);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256 a = _mm256_broadcast_ss(left + row);
      sum[row][0] = _mm256_fmadd_ps(a, first, sum[row][0]);
      sum[row][1] = _mm256_fmadd_ps(a, second, sum[row][1]);
    }
    left += tile->left_width;
    ahead += tile->ahead_step;
    right += TILE_COLUMNS;
  }
}

// One row of C, all columns.
PIECE void store(const bool accumulate, const __m256 sum[PARTS], float *output) {
  UNROLLED for (int part = 0; part < PARTS; part++) {
    float *lanes = output + part * LANES;
    _mm256_storeu_ps(lanes, accumulate ? _mm256_add_ps(_mm256_loadu_ps(lanes), sum[part]) : sum[part]);
  }
}

// One row of C of fewer columns: masked stores would take ten times as long on AMD's processors.
PIECE void store_some(const struct animo_gemm_tile *tile, const __m256 sum[PARTS], float *output) {
  float numbers[TILE_COLUMNS];
  store(false, sum, numbers);
  for (ptrdiff_t column = 0; column < tile->columns; column++) {
    output[column] = tile->accumulate ? output[column] + numbers[column] : numbers[column];
  }
}

PIECE void multiply_rows(const int rows, const struct animo_gemm_tile *tile) {
  sums sum;
  UNROLLED for (int row = 0; row < rows; row++) {
    sum[row][0] = sum[row][1] = _mm256_setzero_ps();
    // C is wanted at the end: a row of the tile lies on one cache line or on two.
    _mm_prefetch(tile->output + row * tile->stride, _MM_HINT_T0);
    _mm_prefetch(tile->output + row * tile->stride + TILE_COLUMNS - 1, _MM_HINT_T0);
  }
  multiply_block(rows, tile, sum);
  float *output = tile->output;
  if (tile->columns < TILE_COLUMNS) {
    UNROLLED for (int row = 0; row < rows; row++) store_some(tile, sum[row], output + row * tile->stride);
  } else if (tile->accumulate) {
    UNROLLED for (int row = 0; row < rows; row++) store(true, sum[row], output + row * tile->stride);
  } else {
    UNROLLED for (int row = 0; row < rows; row++) store(false, sum[row], output + row * tile->stride);
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

#define VERSION(operands, pack)                                                                  \
  {                                                                                              \
    .name = "avx2", .precision = operands, .runs_here = runs_here, .tile_rows = TILE_ROWS,       \
    .tile_columns = TILE_COLUMNS, .right_stays = true, .group = 1, .pack_panel = pack,           \
    .multiply_tile = multiply_tile                                                               \
  }

const struct animo_gemm animo_gemm_avx2_float32 = VERSION(ANIMO_GEMM_FLOAT32, pack_floats);
const struct animo_gemm animo_gemm_avx2_bfloat16 = VERSION(ANIMO_GEMM_BFLOAT16, pack_rounded);

#endif
