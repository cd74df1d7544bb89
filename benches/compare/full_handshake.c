/* wrk keeps its TLS session when it reconnects, and would measure resumption. Preloaded, this forgets it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

int SSL_set_session(void *ssl, void *session);

int SSL_clear(void *ssl)
{
    int (*clear)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "SSL_clear");
    return clear(ssl) && SSL_set_session(ssl, NULL);
}
