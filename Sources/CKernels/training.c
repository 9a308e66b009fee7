// Which versions of training's loops there are.
#include "training.h"

#include "versions.h"

#if ANIMO_X86
extern const struct animo_training animo_training_avx512, animo_training_avx2;
#endif
extern const struct animo_training animo_training_plain;

static const struct animo_training *const all_versions[] = {
#if ANIMO_X86
    &animo_training_avx512,
    &animo_training_avx2,
#endif
    &animo_training_plain,
};

size_t animo_training_count(void) { return sizeof all_versions / sizeof all_versions[0]; }

const struct animo_training *animo_training_at(size_t index) { return all_versions[index]; }
