/** What a file that goes to another program says of itself. */
export const exporting = {
  pcapng: {
    file: 'What one endpoint of Socketscope sent and received. Packets are made of what its sockets read and wrote: times are theirs, and the sizes of segments, repeats and acknowledgements of the network are not in it. Inbound is what was received.',
    ip: 'TCP and UDP. TLS is in it as what it carried, without its encryption. 0.0.0.0 is an address that is not known.',
    unix: 'Unix sockets: each packet is what one read or write carried, without a header; its flags say the direction.',
    events: 'What happened beside that, as lines of a system log.',
  },
};
