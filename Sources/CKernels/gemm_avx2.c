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

// The bits that animo_bfloat16_bits gives.
PIECE __m256 rounded_to_bfloat16(__m256 number) {
  const __m256i bits = _mm256_castps_si256(number);
  const __m256i high = _mm256_set1_epi32((int)0xffff0000);
  const __m256i is_odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i half = _mm256_add_epi32(is_odd, _mm256_set1_epi32(0x7fff));
  const __m256i rounded = _mm256_and_si256(_mm256_add_epi32(bits, half), high);
  const __m256i quiet = _mm256_or_si256(_mm256_and_si256(bits, high), _mm256_set1_epi32(0x00400000));
  return _mm256_blendv_ps(_mm256_castsi256_ps(rounded), _mm256_castsi256_ps(quiet),
                          _mm256_cmp_ps(number, number, _CMP_UNORD_Q));
}

// Rows become columns.
PIECE void transpose(__m256 rows[LANES]) {
  __m256 pairs[LANES], fours[LANES];
  UNROLLED for (int i = 0; i < LANES; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
  }
  UNROLLED for (int i = 0; i < LANES; i += 4) {
    fours[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    fours[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    fours[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    fours[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  UNROLLED for (int i = 0; i < LANES / 2; i++) {
    rows[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
    rows[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
  }
}

// Eight groups of at most eight lines that lie along the depth; eight lanes of each group are written.
PIECE void pack_eight(enum packing packing, const struct animo_gemm_source *source, ptrdiff_t lines,
                      ptrdiff_t group, ptrdiff_t width, float *lanes) {
  __m256 numbers[LANES];
  UNROLLED for (int line = 0; line < LANES; line++) {
    const float *number = source->numbers + line * source->line_stride + group;
    numbers[line] = line < lines ? _mm256_loadu_ps(number) : _mm256_setzero_ps();
    if (packing == ROUNDED_FLOATS) numbers[line] = rounded_to_bfloat16(numbers[line]);
  }
  transpose(numbers);
  UNROLLED for (int i = 0; i < LANES; i++) _mm256_storeu_ps(lanes + i * width, numbers[i]);
}

// One group of at most eight lines that lie side by side; eight lanes are written.
PIECE void pack_side_by_side(enum packing packing, const float *numbers, ptrdiff_t lines, float *lanes) {
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i valid = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lines), places);
  const __m256 some = _mm256_maskload_ps(numbers, valid);
  _mm256_storeu_ps(lanes, packing == ROUNDED_FLOATS ? rounded_to_bfloat16(some) : some);
}

// As pack_panel, in registers. A panel is written in order, so the next group takes back what a group of
// fewer than eight lines wrote too much; the last groups are left to the plain loop.
PIECE void pack(enum packing packing, const struct animo_gemm_source *source, ptrdiff_t lines,
                ptrdiff_t groups, ptrdiff_t width, uint32_t *lanes) {
  const ptrdiff_t others = lines - LANES;
  float *out = (float *)lanes;
  ptrdiff_t group = 0;
  if (2 * width < LANES) {
    // What is written too much would reach past the next group.
  } else if (source->line_stride == 1) {
    for (; group + 1 < groups; group++, out += width) {
      const float *numbers = source->numbers + group * source->depth_stride;
      pack_side_by_side(packing, numbers, lines, out);
      if (width > LANES) pack_side_by_side(packing, numbers + LANES, others, out + LANES);
    }
  } else if (source->depth_stride == 1) {
    const struct animo_gemm_source other = {source->numbers + LANES * source->line_stride,
                                            source->line_stride, 1, source->depth};
    for (; group + LANES < groups; group += LANES, out += LANES * width) {
      pack_eight(packing, source, lines, group, width, out);
      if (width > LANES) pack_eight(packing, &other, others, group, width, out + LANES);
    }
  }
  const struct animo_gemm_source rest = {source->numbers + group * source->depth_stride,
                                         source->line_stride, source->depth_stride, source->depth - group};
  pack_panel(packing, &rest, lines, groups - group, width, lanes + group * width);
}

TARGET static void pack_floats(const struct animo_gemm_source *source, ptrdiff_t lines, ptrdiff_t groups,
                               ptrdiff_t width, uint32_t *lanes) {
  pack(FLOATS, source, lines, groups, width, lanes);
}

TARGET static void pack_rounded(const struct animo_gemm_source *source, ptrdiff_t lines, ptrdiff_t groups,
                                ptrdiff_t width, uint32_t *lanes) {
  pack(ROUNDED_FLOATS, source, lines, groups, width, lanes);
}

#define VERSION(operands, pack)                                                                  \
  {                                                                                              \
    .name = "avx2", .precision = operands, .runs_here = runs_here, .tile_rows = TILE_ROWS,       \
    .tile_columns = TILE_COLUMNS, .right_stays = true, .group = 1, .pack_panel = pack,           \
    .multiply_tile = multiply_tile                                                               \
  }

const struct animo_gemm animo_gemm_avx2_float32 = VERSION(ANIMO_GEMM_FLOAT32, pack_floats);
const struct animo_gemm animo_gemm_avx2_bfloat16 = VERSION(ANIMO_GEMM_BFLOAT16, pack_rounded);

#endif
