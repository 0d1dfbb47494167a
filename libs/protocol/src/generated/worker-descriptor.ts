/** Generated from proto/worker.proto by `npm run tidy -- --fix`. Do not edit. */
import type { JsonObject } from '@heddle/kernel';

/** The worker protocol as reflection data for `@grpc/proto-loader`'s `fromJSON`: no file is read at run time. */
export const WORKER_DESCRIPTOR: JsonObject = {
  "nested": {
    "heddle": {
      "nested": {
        "worker": {
          "nested": {
            "v1": {
              "nested": {
                "WorkerGateway": {
                  "methods": {
                    "Connect": {
                      "requestType": "WorkerMessage",
                      "requestStream": true,
                      "responseType": "ServerMessage",
                      "responseStream": true
                    }
                  }
                },
                "WorkerMessage": {
                  "oneofs": {
                    "kind": {
                      "oneof": [
                        "hello",
                        "heartbeat",
                        "results",
                        "logs",
                        "progress",
                        "drain",
                        "returns"
                      ]
                    }
                  },
                  "fields": {
                    "hello": {
                      "type": "Hello",
                      "id": 1
                    },
                    "heartbeat": {
                      "type": "Heartbeat",
                      "id": 2
                    },
                    "results": {
                      "type": "ResultBatch",
                      "id": 3
                    },
                    "logs": {
                      "type": "LogBatch",
                      "id": 4
                    },
                    "progress": {
                      "type": "ProgressBatch",
                      "id": 5
                    },
                    "drain": {
                      "type": "Drain",
                      "id": 6
                    },
                    "returns": {
                      "type": "ReturnBatch",
                      "id": 7
                    }
                  }
                },
                "ServerMessage": {
                  "oneofs": {
                    "kind": {
                      "oneof": [
                        "welcome",
                        "tasks",
                        "resultAcks",
                        "cancels",
                        "drain",
                        "logAck"
                      ]
                    }
                  },
                  "fields": {
                    "welcome": {
                      "type": "Welcome",
                      "id": 1
                    },
                    "tasks": {
                      "type": "TaskBatch",
                      "id": 2
                    },
                    "resultAcks": {
                      "type": "ResultAckBatch",
                      "id": 3
                    },
                    "cancels": {
                      "type": "CancelBatch",
                      "id": 4
                    },
                    "drain": {
                      "type": "Drain",
                      "id": 5
                    },
                    "logAck": {
                      "type": "LogAck",
                      "id": 6
                    }
                  }
                },
                "Hello": {
                  "fields": {
                    "protocolVersion": {
                      "type": "uint32",
                      "id": 1
                    },
                    "group": {
                      "type": "string",
                      "id": 2
                    },
                    "name": {
                      "type": "string",
                      "id": 3
                    },
                    "processId": {
                      "type": "string",
                      "id": 4
                    },
                    "executors": {
                      "rule": "repeated",
                      "type": "ExecutorOffer",
                      "id": 5
                    },
                    "slots": {
                      "type": "uint32",
                      "id": 6
                    },
                    "labels": {
                      "keyType": "string",
                      "type": "string",
                      "id": 7
                    },
                    "sdk": {
                      "type": "string",
                      "id": 8
                    },
                    "running": {
                      "rule": "repeated",
                      "type": "TaskRef",
                      "id": 9
                    }
                  }
                },
                "ExecutorOffer": {
                  "fields": {
                    "name": {
                      "type": "string",
                      "id": 1
                    },
                    "description": {
                      "type": "string",
                      "id": 2
                    },
                    "inputSchema": {
                      "type": "bytes",
                      "id": 3
                    }
                  }
                },
                "TaskRef": {
                  "fields": {
                    "taskId": {
                      "type": "int64",
                      "id": 1
                    },
                    "fence": {
                      "type": "int32",
                      "id": 2
                    }
                  }
                },
                "Welcome": {
                  "fields": {
                    "workerId": {
                      "type": "int64",
                      "id": 1
                    },
                    "heartbeatMs": {
                      "type": "uint32",
                      "id": 2
                    },
                    "leaseMs": {
                      "type": "uint32",
                      "id": 3
                    },
                    "lost": {
                      "rule": "repeated",
                      "type": "TaskRef",
                      "id": 4
                    },
                    "payloadBytesMax": {
                      "type": "uint32",
                      "id": 5
                    }
                  }
                },
                "Heartbeat": {
                  "fields": {
                    "running": {
                      "rule": "repeated",
                      "type": "TaskRef",
                      "id": 1
                    },
                    "cpuLoad": {
                      "type": "double",
                      "id": 2
                    },
                    "memoryBytes": {
                      "type": "int64",
                      "id": 3
                    }
                  }
                },
                "TaskBatch": {
                  "fields": {
                    "tasks": {
                      "rule": "repeated",
                      "type": "TaskOffer",
                      "id": 1
                    }
                  }
                },
                "TaskOffer": {
                  "fields": {
                    "task": {
                      "type": "TaskRef",
                      "id": 1
                    },
                    "executor": {
                      "type": "string",
                      "id": 2
                    },
                    "input": {
                      "type": "bytes",
                      "id": 3
                    },
                    "runId": {
                      "type": "int64",
                      "id": 4
                    },
                    "nodeKey": {
                      "type": "string",
                      "id": 5
                    },
                    "attempt": {
                      "type": "int32",
                      "id": 6
                    },
                    "idempotencyKey": {
                      "type": "string",
                      "id": 7
                    },
                    "timeoutMs": {
                      "type": "int64",
                      "id": 8
                    },
                    "workflow": {
                      "type": "string",
                      "id": 9
                    },
                    "namespace": {
                      "type": "string",
                      "id": 10
                    },
                    "traceParent": {
                      "type": "string",
                      "id": 11
                    }
                  }
                },
                "ResultBatch": {
                  "fields": {
                    "results": {
                      "rule": "repeated",
                      "type": "TaskResult",
                      "id": 1
                    }
                  }
                },
                "TaskResult": {
                  "oneofs": {
                    "outcome": {
                      "oneof": [
                        "success",
                        "failure",
                        "canceled"
                      ]
                    }
                  },
                  "fields": {
                    "task": {
                      "type": "TaskRef",
                      "id": 1
                    },
                    "success": {
                      "type": "Success",
                      "id": 2
                    },
                    "failure": {
                      "type": "Failure",
                      "id": 3
                    },
                    "canceled": {
                      "type": "Canceled",
                      "id": 4
                    }
                  }
                },
                "Success": {
                  "fields": {
                    "output": {
                      "type": "bytes",
                      "id": 1
                    },
                    "contextAppend": {
                      "type": "bytes",
                      "id": 2
                    }
                  }
                },
                "Failure": {
                  "fields": {
                    "code": {
                      "type": "string",
                      "id": 1
                    },
                    "message": {
                      "type": "string",
                      "id": 2
                    },
                    "details": {
                      "type": "bytes",
                      "id": 3
                    },
                    "stack": {
                      "type": "string",
                      "id": 4
                    },
                    "isFinal": {
                      "type": "bool",
                      "id": 5
                    }
                  }
                },
                "Canceled": {
                  "fields": {}
                },
                "ResultAckBatch": {
                  "fields": {
                    "acks": {
                      "rule": "repeated",
                      "type": "ResultAck",
                      "id": 1
                    }
                  }
                },
                "ResultAck": {
                  "fields": {
                    "task": {
                      "type": "TaskRef",
                      "id": 1
                    },
                    "refused": {
                      "type": "string",
                      "id": 2
                    }
                  }
                },
                "LogBatch": {
                  "fields": {
                    "lines": {
                      "rule": "repeated",
                      "type": "LogLine",
                      "id": 1
                    },
                    "dropped": {
                      "type": "uint64",
                      "id": 2
                    }
                  }
                },
                "LogLine": {
                  "fields": {
                    "taskId": {
                      "type": "int64",
                      "id": 1
                    },
                    "atMs": {
                      "type": "int64",
                      "id": 2
                    },
                    "seq": {
                      "type": "uint32",
                      "id": 3
                    },
                    "level": {
                      "type": "LogLevel",
                      "id": 4
                    },
                    "message": {
                      "type": "string",
                      "id": 5
                    },
                    "fields": {
                      "type": "bytes",
                      "id": 6
                    }
                  }
                },
                "LogLevel": {
                  "values": {
                    "LOG_LEVEL_UNSPECIFIED": 0,
                    "LOG_LEVEL_DEBUG": 1,
                    "LOG_LEVEL_INFO": 2,
                    "LOG_LEVEL_WARN": 3,
                    "LOG_LEVEL_ERROR": 4
                  }
                },
                "LogAck": {
                  "fields": {
                    "lines": {
                      "type": "uint64",
                      "id": 1
                    }
                  }
                },
                "ProgressBatch": {
                  "fields": {
                    "progress": {
                      "rule": "repeated",
                      "type": "Progress",
                      "id": 1
                    }
                  }
                },
                "Progress": {
                  "fields": {
                    "task": {
                      "type": "TaskRef",
                      "id": 1
                    },
                    "percent": {
                      "type": "double",
                      "id": 2
                    },
                    "message": {
                      "type": "string",
                      "id": 3
                    }
                  }
                },
                "ReturnBatch": {
                  "fields": {
                    "tasks": {
                      "rule": "repeated",
                      "type": "TaskRef",
                      "id": 1
                    }
                  }
                },
                "CancelBatch": {
                  "fields": {
                    "tasks": {
                      "rule": "repeated",
                      "type": "TaskRef",
                      "id": 1
                    }
                  }
                },
                "Drain": {
                  "fields": {}
                }
              }
            }
          }
        }
      }
    }
  }
};
