// Products on AVX-512, in single precision; operands rounded to bfloat16 go the same way.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f"), min_vector_width(512)))

TARGET static inline __attribute__((always_inline)) __m512 add_products(__m512 sum, __m512i a, __m512i b) {
  return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
}

#include "gemm_avx512_tile.h"
#include "gemm_pack_panel.h"

PACK_PANEL(pack_floats, FLOATS)
PACK_PANEL(pack_rounded, ROUNDED_FLOATS)

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}

#define VERSION(operands, pack)                                                                 \
  {                                                                                             \
    .name = "avx512", .precision = operands, .runs_here = runs_here, .tile_rows = TILE_ROWS,    \
    .tile_columns = TILE_COLUMNS, .group = 1, .pack_panel = pack, .multiply_tile = multiply_tile \
  }

const struct animo_gemm animo_gemm_avx512_float32 = VERSION(ANIMO_GEMM_FLOAT32, pack_floats);
const struct animo_gemm animo_gemm_avx512_bfloat16 = VERSION(ANIMO_GEMM_BFLOAT16, pack_rounded);

#endif
