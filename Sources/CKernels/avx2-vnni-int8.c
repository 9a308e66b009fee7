// 8-bit codes on AVX2 with VNNI, which processors without AVX-512 have: one instruction multiplies four
// unsigned by four signed bytes and adds the products to a 32-bit sum. Activations are unsigned, code + 128;
// the sums start from the header's offset, which takes 128 times the weights off again.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx2,fma,avxvnni")))

#include "avx2-int8.h"

PIECE void start_sums(const struct animo_int8_header *header, sum sums[HALVES]) {
  sums[0] = _mm256_load_si256((const __m256i *)header->offset);
  sums[1] = _mm256_load_si256((const __m256i *)header->offset + 1);
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  for (ptrdiff_t word = 0; word < matrix->words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    animo_fetch(ahead);
    const __m256i low = _mm256_load_si256((const __m256i *)line);
    const __m256i high = _mm256_load_si256((const __m256i *)line + 1);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256i activation = _mm256_set1_epi32((int)input[row * stride + word]);
      sums[row][0] = _mm256_dpbusd_avx_epi32(sums[row][0], activation, low);
      sums[row][1] = _mm256_dpbusd_avx_epi32(sums[row][1], activation, high);
    }
  }
}

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("avxvnni");
}

const struct animo_kernels animo_avx2_vnni_int8 = {
    .name = "avx2-vnni-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
