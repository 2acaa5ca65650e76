package service

// Node cannot connect to unix sockets on Windows, and passes no descriptors to a program that is not written in C.
const cannotServe = "seatrial-engine serve cannot run on Windows; use it in WSL, as on Linux"
