// `#embed` (C23) puts a file's bytes into an array without going through text: a second for 12 MB.
#include "CDefaultModel.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char configuration[] = {
#embed "es-tweets/config.json"
};

static const unsigned char vocabulary[] = {
#embed "es-tweets/vocab.txt"
};

// On a cache line, as the file's own layout expects of its first byte.
static const unsigned char weights[] __attribute__((aligned(64))) = {
#embed "es-tweets/model.safetensors"
};

// The one file that not every model has.
#if __has_embed("es-tweets/marks.txt") == __STDC_EMBED_FOUND__
static const unsigned char marks[] = {
#embed "es-tweets/marks.txt"
};
#define MARKS (struct animo_default_model_file){marks, sizeof marks}
#else
#define MARKS (struct animo_default_model_file){0, 0}
#endif

static const unsigned char fingerprint[] = {
#embed "es-tweets/fingerprint.txt"
};

struct animo_default_model_file animo_default_model_configuration(void) {
  return (struct animo_default_model_file){configuration, sizeof configuration};
}

struct animo_default_model_file animo_default_model_vocabulary(void) {
  return (struct animo_default_model_file){vocabulary, sizeof vocabulary};
}

struct animo_default_model_file animo_default_model_weights(void) {
  return (struct animo_default_model_file){weights, sizeof weights};
}

struct animo_default_model_file animo_default_model_marks(void) { return MARKS; }

struct animo_default_model_file animo_default_model_fingerprint(void) {
  return (struct animo_default_model_file){fingerprint, sizeof fingerprint};
}
