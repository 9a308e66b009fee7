// Which sets there are.
#include "versions.h"

static const struct animo_kernels *const all_kernels[] = {
#if ANIMO_X86
    &animo_avx512_int8,
    // It has never run on a processor: behind a set that runs wherever it does it is never the first.
    &animo_avx512_amx_int8,
    &animo_avx2_vnni_int8,
    &animo_avx2_int8,
#endif
#if ANIMO_ARM
    &animo_neon_dot_int8,
    &animo_neon_int8,
#endif
    &animo_plain_int8,
#if ANIMO_X86
    &animo_avx512_bf16,
#endif
    &animo_plain_bf16,
#if ANIMO_X86
    &animo_avx512,
    &animo_avx2,
#endif
#if ANIMO_ARM
    &animo_neon,
#endif
    &animo_plain,
};

size_t animo_kernels_count(void) { return sizeof all_kernels / sizeof all_kernels[0]; }

const struct animo_kernels *animo_kernels_at(size_t index) { return all_kernels[index]; }
