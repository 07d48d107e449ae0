/*
 * The reference for "flat out and durable": reads one connection and writes a file, and nothing else.
 *   reference-sink cached FILE   each read is written at once, through the page cache
 *   reference-sink direct FILE   whole pages past it (open(2), O_DIRECT), gathered first, as they must be
 * Prints its port, then the number of bytes in the file once the sender has finished.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { read_size = 64 * 1024, gathered_size = 4 * 1024 * 1024 };
static char buffer[gathered_size] __attribute__((aligned(4096)));

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
    check(count == 3, "usage: reference-sink cached|direct FILE");
    int direct = strcmp(arguments[1], "direct") == 0;
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
    int file = open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC | (direct ? O_DIRECT : 0), 0600);
    check(file >= 0, "open");
    long long total = 0;
    size_t held = 0;
    for (;;) {
        size_t room = gathered_size - held < read_size ? gathered_size - held : read_size;
        ssize_t got = read(connection, buffer + held, room);
        check(got >= 0, "read");
        held += got;
        total += got;
        if (got > 0 && direct && held < gathered_size)
            continue;
        /* The end is no whole page. */
        if (got == 0 && direct)
            check(fcntl(file, F_SETFL, 0) == 0, "fcntl");
        write_all(file, buffer, held);
        held = 0;
        if (got == 0)
            break;
    }
    check(close(file) == 0, "close");
    printf("%lld\n", total);
    return 0;
}
