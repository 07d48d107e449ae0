// What `import … from 'electron'` resolves to outside the shell: nothing, so that it does not compile.
export {};
