/*
 * The reference for "flat out and durable": reads one connection and writes a file, and nothing else.
 * Prints its port, then the number of bytes in the file once the sender has finished.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { buffer_size = 64 * 1024 };
static char buffer[buffer_size];

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void write_all(int file, const char *from, ssize_t length)
{
    while (length > 0) {
        ssize_t written = write(file, from, length);
        check(written > 0, "write");
        from += written;
        length -= written;
    }
}

int main(int count, char **arguments)
{
    check(count == 2, "usage: reference-sink FILE");
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t address_size = sizeof address;
    check(listener >= 0 && bind(listener, (struct sockaddr *)&address, address_size) == 0, "bind");
    check(listen(listener, 1) == 0, "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &address_size) == 0, "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int connection = accept(listener, NULL, NULL);
    check(connection >= 0, "accept");
    int file = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    check(file >= 0, "open");
    long long total = 0;
    for (;;) {
        ssize_t got = read(connection, buffer, buffer_size);
        check(got >= 0, "read");
        if (got == 0)
            break;
        write_all(file, buffer, got);
        total += got;
    }
    check(close(file) == 0, "close");
    printf("%lld\n", total);
    return 0;
}
