/** The process of the functions: its command line, its wiring, and its doors, gRPC and HTTP. */
package dev.darner.functions;
