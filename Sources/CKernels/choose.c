// Which versions there are.
#include "versions.h"

static const struct animo_kernels *const all_kernels[] = {
#if ANIMO_X86
    &animo_avx512,
    &animo_avx2,
#endif
    &animo_plain,
};

size_t animo_kernels_count(void) { return sizeof all_kernels / sizeof all_kernels[0]; }

const struct animo_kernels *animo_kernels_at(size_t index) { return all_kernels[index]; }
